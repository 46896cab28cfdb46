/** JSON that `jsonb` accepts: no NUL and no lone surrogate. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storableText(part) : part));
}

/** Postgres text cannot hold a NUL, nor UTF-8 a lone surrogate. */
export function storableText<Text extends string | null>(text: Text): Text | string {
  return text === null ? text : Buffer.from(text.replaceAll('\0', '\ufffd'), 'utf8').toString('utf8');
}
