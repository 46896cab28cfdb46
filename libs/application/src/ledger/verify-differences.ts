import type { Mismatch } from './verify-mismatch';

/** Rows as they follow from the ledger, and as they are stored. */
export interface Comparison<Key, Row> {
  readonly expected: ReadonlyMap<Key, Row>;
  readonly found: ReadonlyMap<Key, Row>;
  readonly nameOf: (row: Row) => string;
  readonly describe: (row: Row) => string;
}

/** Each row that is stored otherwise than it follows from the ledger, or is there when it should not be, or missing. */
export function* differences<Key, Row>(kind: Mismatch['kind'], comparison: Comparison<Key, Row>): Generator<Mismatch> {
  const { nameOf, describe } = comparison;
  for (const key of new Set([...comparison.expected.keys(), ...comparison.found.keys()])) {
    const [expected, found] = [comparison.expected.get(key), comparison.found.get(key)];
    const [expectedText, foundText] = [expected, found].map((row) => (row === undefined ? 'none' : describe(row)));
    const named = expected ?? found;
    if (expectedText === foundText || named === undefined) continue;
    yield { kind, subject: nameOf(named), expected: expectedText ?? 'none', found: foundText ?? 'none' };
  }
}

/** The rows of one side as lines, in an order that does not depend on how they came to be. */
export function linesOf<Key, Row>(
  kind: Mismatch['kind'],
  { nameOf, describe }: Comparison<Key, Row>,
  rows: ReadonlyMap<Key, Row>,
): string[] {
  return Array.from(rows.values(), (row) => `${kind} ${nameOf(row)}: ${describe(row)}`).sort();
}
