import * as fc from 'fast-check';
import { at } from '../../test/a-usage-event';
import { type BillingAnchor, periodHolding } from '../time/billing-period';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import { isLate } from './freeze-period';
import { projectionCuts } from './projection-cuts';

const START = at('2027-11-01T00:00:00Z');
const MINUTE_MS = 60_000;

const someInstant: fc.Arbitrary<Instant> = fc
  .tuple(fc.nat({ max: 150 * 24 * 6 }), fc.constantFrom(0, 0, 1, -1, 299_999))
  .map(([tens, milliseconds]) => instantOfMilliseconds(START + tens * 10 * MINUTE_MS + milliseconds));

const someAnchors: fc.Arbitrary<BillingAnchor[]> = fc
  .array(
    fc.record({ effectiveAt: someInstant, day: fc.integer({ min: 1, max: 31 }), hour: fc.constantFrom(0, 7, 23) }),
    {
      maxLength: 3,
    },
  )
  .map((anchors) => anchors.sort((left, right) => left.effectiveAt - right.effectiveAt));

const bucketIn = (cuts: readonly Instant[], instant: Instant): number => cuts.filter((cut) => cut <= instant).length;

describe('projectionCuts', () => {
  it('leave no two times between them that a period, or its freezing, tells apart', () => {
    fc.assert(
      fc.property(someAnchors, fc.array(someInstant, { minLength: 2, maxLength: 12 }), (anchors, instants) => {
        const [from, to] = [Math.min(...instants), Math.max(...instants)].map(instantOfMilliseconds);
        const cuts = projectionCuts(anchors, from ?? START, to ?? START);
        const firstIn = new Map<number, Instant>();
        for (const instant of instants) {
          const bucket = bucketIn(cuts, instant);
          const first = firstIn.get(bucket) ?? instant;
          firstIn.set(bucket, first);
          for (const ofPeriods of [anchors, []]) {
            expect(periodHolding(ofPeriods, instant)).toEqual(periodHolding(ofPeriods, first));
            for (const other of instants) {
              const period = periodHolding(ofPeriods, other);
              expect(isLate(period, instant)).toBe(isLate(period, first));
            }
          }
        }
      }),
    );
  });
});
