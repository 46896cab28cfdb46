import { ENTRIES_OF_A_PAGE, SeenEntries } from './seen-entries';

describe('SeenEntries', () => {
  it('tells whether an entry is met for the first time, across pages and organizations', () => {
    const seen = new SeenEntries();
    const places = [1, 2, 8, ENTRIES_OF_A_PAGE - 1, ENTRIES_OF_A_PAGE, 3 * ENTRIES_OF_A_PAGE + 9];
    expect(places.map((sequence) => seen.add(7, sequence))).toEqual(places.map(() => true));
    expect(places.map((sequence) => seen.add(7, sequence))).toEqual(places.map(() => false));
    expect(places.map((sequence) => seen.has(7, sequence))).toEqual(places.map(() => true));
    expect([seen.has(7, 3), seen.has(8, 1), seen.has(7, ENTRIES_OF_A_PAGE + 1)]).toEqual([false, false, false]);
    expect(seen.add(8, 1)).toBe(true);
  });
});
