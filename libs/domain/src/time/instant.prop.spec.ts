import * as fc from 'fast-check';
import { calendarMonthOf } from './billing-period';
import { formatInstant, instantOfMilliseconds, intervalHolds, LATEST_INSTANT, parseInstant } from './instant';

const anInstant = fc.integer({ min: 0, max: LATEST_INSTANT }).map(instantOfMilliseconds);
const anOffset = fc.integer({ min: -(23 * 60 + 59), max: 23 * 60 + 59 });

/** The same moment as a clock in another zone shows it. */
function formatAtOffset(instant: number, offsetMinutes: number): string {
  const local = new Date(instant + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offsetMinutes);
  const twoDigits = (value: number): string => String(value).padStart(2, '0');
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
}

describe('instants', () => {
  it('come back from their text unchanged', () => {
    fc.assert(fc.property(anInstant, (instant) => expect(parseInstant(formatInstant(instant))).toBe(instant)));
  });

  it('are the same in every zone', () => {
    const day = 24 * 60 * 60_000;
    const insideYears = fc.integer({ min: day, max: LATEST_INSTANT - day });
    fc.assert(
      fc.property(insideYears, anOffset, (instant, offset) =>
        expect(parseInstant(formatAtOffset(instant, offset))).toBe(instant),
      ),
    );
  });

  it('lie in exactly one calendar month, next to the months before and after it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LATEST_INSTANT - 1 }).map(instantOfMilliseconds), (instant) => {
        const month = calendarMonthOf(instant);
        expect(intervalHolds(month, instant)).toBe(true);
        expect(new Date(month.start).toISOString()).toMatch(/-01T00:00:00\.000Z$/);
        expect(calendarMonthOf(month.end).start).toBe(month.end);
        expect(calendarMonthOf(instantOfMilliseconds(month.end - 1))).toEqual(month);
      }),
    );
  });
});
