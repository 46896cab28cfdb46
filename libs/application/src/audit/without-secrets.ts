/** What stands where a secret stood. */
export const CONCEALED = '(concealed)';

/** Names whose values nobody may read. `input_tokens` and `api_key_id` are none of them. */
const SECRET_NAME = /(?:^|[-_])(?:secret|password|passphrase|token|api[-_]?key|authorization|credentials)$/i;
/** An option on a command line, with its value behind it or joined to it. */
const OPTION = /^--?([\w-]+)(?:=([\s\S]*))?$/;
/** Keys of ours, and passwords in addresses, wherever they stand. */
const SECRET_TEXTS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bflp_[\w-]{16,}/g, CONCEALED],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/gi, `$1${CONCEALED}`],
];

/** A copy without secrets: of what is named like one, and of what looks like one. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecretsIn(value);
  if (Array.isArray(value))
    return value.map((item, index) => (isValueOfSecret(value, index) ? CONCEALED : itemOf(item)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, SECRET_NAME.test(name) ? CONCEALED : withoutSecrets(item)]),
  );
}

/** A text with what looks like a secret taken out. */
export function withoutSecretsIn(text: string): string {
  return SECRET_TEXTS.reduce((shown, [pattern, instead]) => shown.replace(pattern, instead), text);
}

function itemOf(item: unknown): unknown {
  const option = typeof item === 'string' ? OPTION.exec(item) : null;
  if (option?.[2] !== undefined && SECRET_NAME.test(option[1] ?? '')) return `--${option[1]}=${CONCEALED}`;
  return withoutSecrets(item);
}

/** Behind an option of such a name, as `--password hush`. */
function isValueOfSecret(items: readonly unknown[], index: number): boolean {
  const before = items[index - 1];
  const option = typeof before === 'string' ? OPTION.exec(before) : null;
  return option !== null && option[2] === undefined && SECRET_NAME.test(option[1] ?? '');
}
