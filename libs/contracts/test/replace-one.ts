/** Replaces the n-th place of a JSON value, counted depth first and from the start again past the last; undefined removes it. */
export function replaceOne(json: unknown, place: number, replacement: unknown): unknown {
  const paths: string[][] = [];
  collectPaths(json, [], paths);
  const path = paths[place % paths.length] ?? [];
  return replaceAt(json, path, replacement);
}

function collectPaths(json: unknown, path: string[], paths: string[][]): void {
  if (path.length > 0) paths.push(path);
  if (typeof json !== 'object' || json === null) return;
  for (const [key, value] of Object.entries(json)) collectPaths(value, [...path, key], paths);
}

function replaceAt(json: unknown, [key, ...rest]: string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const entries = Object.entries(json as object).map(([name, value]) => [
    name,
    name === key ? replaceAt(value, rest, replacement) : (value as unknown),
  ]);
  return Object.fromEntries(entries) as unknown;
}
