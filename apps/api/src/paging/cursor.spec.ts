import { ProblemError } from '../problems/problem-error';
import { decodeCursor, encodeCursor } from './cursor';

const FILTER = { organization: 'org_acme', type: undefined, from: '2026-11-01T00:00:00Z' };

function faultOf(cursor: string, filter: object = FILTER, numbers = 2): string {
  try {
    decodeCursor(cursor, filter, numbers);
  } catch (error) {
    if (error instanceof ProblemError) return error.faults[0]?.detail ?? '';
    throw error;
  }
  return 'none';
}

describe('decodeCursor', () => {
  it('reads what was written, whatever the order in which the filter is given', () => {
    const cursor = encodeCursor(FILTER, [7, 1_764_000_000_000]);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor(cursor, { from: FILTER.from, organization: 'org_acme' }, 2)).toEqual([7, 1_764_000_000_000]);
  });

  it('refuses a cursor of another filter', () => {
    expect(faultOf(encodeCursor(FILTER, [7, 8]), { ...FILTER, organization: 'org_globex' })).toContain(
      'another filter',
    );
  });

  it.each(['', 'abc', '!!!', 'x'.repeat(10_000), encodeCursor(FILTER, [7]), encodeCursor(FILTER, [-1, 2])])(
    'refuses %p, which no page has given',
    (cursor) => {
      expect(faultOf(cursor)).toBe('is not a cursor of this service');
    },
  );
});
