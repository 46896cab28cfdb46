/**
 * A member named like a count, or with an escape in its name, whose number has a point, an exponent, or is minus zero.
 * It also matches outside of the usage, or inside a text that quotes JSON.
 */
const SUSPICIOUS = /(?:_tokens|\\[^"\\]*)"[ \t\n\r]*:[ \t\n\r]*(?:-0|-?\d+[.eE])/;

/** A text, a structural character, or a literal: enough to walk JSON that has been parsed already. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gy;
const SPACE = /[ \t\n\r]*/gy;
const NONE: readonly string[] = Object.freeze([]);
const WHOLE_NUMBER = /^(?:0|[1-9]\d*)$/;

/**
 * The keys of the object at `path` whose number is not written in digits alone (`1e3`, `1.0`, `-0`).
 * JSON.parse forgets how a number was spelled, so the text is searched: by one expression that tells apart almost all
 * texts, and by walking the few that it suspects. Where a key is doubled, one bad spelling is enough.
 * @param text valid JSON
 */
export function misspelledCounts(text: string, path: readonly string[]): readonly string[] {
  if (!SUSPICIOUS.test(text)) return NONE;
  const misspelled: string[] = [];
  walkMembers(text, (keys, literal) => {
    const key = keys[path.length];
    if (typeof key !== 'string' || keys.length !== path.length + 1) return;
    if (!path.every((name, depth) => keys[depth] === name)) return;
    if (/^[-\d]/.test(literal) && !WHOLE_NUMBER.test(literal) && !misspelled.includes(key)) misspelled.push(key);
  });
  return misspelled;
}

/** Calls `visit` for each literal that is a member of an object, with the keys that lead to it; null is an array. */
function walkMembers(text: string, visit: (keys: readonly (string | null)[], literal: string) => void): void {
  const keys: (string | null)[] = [];
  let pending = '';
  for (let token = nextToken(text, 0); token !== null; token = nextToken(text, TOKEN.lastIndex)) {
    if (token === '{') keys.push('');
    else if (token === '[') keys.push(null);
    else if (token === '}' || token === ']') keys.pop();
    else if (token === ':') keys[keys.length - 1] = JSON.parse(pending) as string;
    else if (token.startsWith('"')) pending = token;
    else if (token !== ',') visit(keys, token);
  }
}

function nextToken(text: string, from: number): string | null {
  SPACE.lastIndex = from;
  SPACE.test(text);
  TOKEN.lastIndex = SPACE.lastIndex;
  return TOKEN.exec(text)?.[0] ?? null;
}
