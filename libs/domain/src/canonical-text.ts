/** SHA-256 of a text's UTF-8 bytes as 64 lower-case hexadecimal digits; handed in, since the domain has no crypto. */
export type Sha256 = (text: string) => string;

const NON_ASCII = /[^\x00-\x7f]/;

/** Most numbers of most events are small: versions, flags, counts of tokens. */
const SMALL_NUMBERS = Array.from({ length: 10_000 }, (_, value) => `${String(value).length}:${value}`);

/** A field of a canonical text: its length in UTF-8 bytes, a colon, the value; `~` when it is absent. */
export function canonicalField(value: string | null): string {
  return value === null ? '~' : `${NON_ASCII.test(value) ? utf8Length(value) : value.length}:${value}`;
}

/** A whole number as a field; `~` when it is absent. */
export function canonicalNumber(value: number | bigint | null): string {
  if (value === null) return '~';
  // Asked for an element that it does not have, an array looks for a property of that name, which takes longer than all else.
  const isSmall = typeof value === 'number' && value >= 0 && value < SMALL_NUMBERS.length;
  const small = isSmall ? SMALL_NUMBERS[value] : undefined;
  if (small !== undefined) return small;
  const digits = value.toString();
  return `${digits.length}:${digits}`;
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    length += utf8LengthOf(character.codePointAt(0) ?? 0);
  }
  return length;
}

function utf8LengthOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
