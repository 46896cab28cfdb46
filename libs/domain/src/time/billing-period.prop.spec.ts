import * as fc from 'fast-check';
import { at } from '../../test/a-usage-event';
import { type BillingAnchor, calendarMonthOf, periodHolding } from './billing-period';
import { type Instant, instantOfMilliseconds } from './instant';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Around the leap year 2028, and 2100, which is none. */
const STARTS = [at('2027-11-01T00:00:00Z'), at('2099-11-01T00:00:00Z')];

const someInstant: fc.Arbitrary<Instant> = fc
  .tuple(fc.constantFrom(...STARTS), fc.nat({ max: 200 * 24 }), fc.constantFrom(0, 0, 1, -1, 1_799_999))
  .map(([start, hours, milliseconds]) => instantOfMilliseconds(start + hours * HOUR_MS + milliseconds));

const anAnchor = fc.record({
  effectiveAt: someInstant,
  day: fc.oneof(fc.constantFrom(28, 29, 30, 31), fc.integer({ min: 1, max: 31 })),
  hour: fc.constantFrom(0, 1, 12, 23),
});
const someAnchors: fc.Arbitrary<BillingAnchor[]> = fc
  .array(anAnchor, { maxLength: 4 })
  .map((anchors) => anchors.sort((left, right) => left.effectiveAt - right.effectiveAt));

describe('billing periods', () => {
  it('hold every instant in exactly one of them', () => {
    fc.assert(
      fc.property(someAnchors, someInstant, someInstant, (anchors, instant, other) => {
        const period = periodHolding(anchors, instant);
        expect(period.start <= instant && instant < period.end).toBe(true);
        const holdsOther = period.start <= other && other < period.end;
        expect(periodHolding(anchors, other).start === period.start).toBe(holdsOther);
      }),
    );
  });

  it('follow each other without a gap and without an overlap', () => {
    fc.assert(
      fc.property(someAnchors, someInstant, (anchors, instant) => {
        let period = periodHolding(anchors, instant);
        for (let turn = 0; turn < 8; turn += 1) {
          const last = instantOfMilliseconds(period.end - 1);
          expect(periodHolding(anchors, last)).toEqual(period);
          const next = periodHolding(anchors, period.end);
          expect(next.start).toBe(period.end);
          expect(next.end).toBeGreaterThan(next.start);
          period = next;
        }
      }),
    );
  });

  it('are never longer than a month, and shorter only where an anchor cuts them', () => {
    fc.assert(
      fc.property(someAnchors, someInstant, (anchors, instant) => {
        const { start, end } = periodHolding(anchors, instant);
        expect(end - start).toBeLessThanOrEqual(31 * DAY_MS);
        const isCut = anchors.some(({ effectiveAt }) => effectiveAt === start || effectiveAt === end);
        expect(isCut || end - start >= 28 * DAY_MS).toBe(true);
      }),
    );
  });

  it('begin on the day and hour of their anchor, or on the last day of a month that is too short', () => {
    fc.assert(
      fc.property(anAnchor, fc.nat({ max: 400 }), (anchor, days) => {
        const start = instantOfMilliseconds(anchor.effectiveAt + 32 * DAY_MS + days * DAY_MS);
        const begin = new Date(periodHolding([anchor], start).start);
        const tomorrow = new Date(begin.getTime() + DAY_MS);
        const isLastDay = tomorrow.getUTCMonth() !== begin.getUTCMonth();
        expect(begin.getUTCDate() === anchor.day || (isLastDay && begin.getUTCDate() < anchor.day)).toBe(true);
        expect([begin.getUTCHours(), begin.getUTCMinutes(), begin.getUTCMilliseconds()]).toEqual([anchor.hour, 0, 0]);
      }),
    );
  });

  it('stay as they were before an anchor, whatever comes after it', () => {
    fc.assert(
      fc.property(someAnchors, anAnchor, someInstant, (anchors, added, instant) => {
        const later = { ...added, effectiveAt: instantOfMilliseconds(instant + 1) };
        const known = anchors.filter(({ effectiveAt }) => effectiveAt <= instant);
        const before = periodHolding(known, instant);
        const after = periodHolding([...known, later], instant);
        expect(after.start).toBe(before.start);
      }),
    );
  });

  it('are calendar months without an anchor', () => {
    fc.assert(
      fc.property(someInstant, (instant) => expect(periodHolding([], instant)).toEqual(calendarMonthOf(instant))),
    );
  });
});
