/** Any JSON value that a canonical content is made of; numbers are whole. */
export type JsonValue = string | number | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** JSON without spaces, keys sorted by code unit: what `json.dumps(v, sort_keys=True, separators=(',', ':'))` writes. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonicalJson(item)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => compareTexts(left, right));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

/** Orders texts by their UTF-16 code units: the same on every machine, in every locale. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
