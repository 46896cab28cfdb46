import * as fc from 'fast-check';
import { aCatalogue, aPlan } from '../../test/a-plan';
import { at, aUsageEvent } from '../../test/a-usage-event';
import { amountOfUnits } from '../money/amount';
import { NO_TERMS, projectTerms, type RecordedChange, type Terms, type TermsChange } from '../organization/terms';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import { earlierPeriods, OpenPeriods, type PeriodCount } from './open-periods';
import { type AppliedPlan, countsRequest } from './place-request';

/*
 * Two years of one organization, recounted by brute force: an oracle that walks the calendar hour by hour and goes through all
 * that happened for every event. It shares no function with what it judges.
 */

const HOUR_MS = 3_600_000;
const START = at('2027-01-01T00:00:00Z');
const HOURS = 2 * 365 * 24;
const RATES: Readonly<Record<string, bigint | null>> = { free: null, pro: 7n, max: 3n };
const INCLUDED: Readonly<Record<string, number>> = { free: 1, pro: 2, max: 3 };
const CATALOGUE = aCatalogue(
  ...Object.entries(INCLUDED).map(([id, includedRequests], index) => {
    const rate = RATES[id] ?? null;
    return aPlan({ id, version: index + 1, includedRequests, overageRate: rate === null ? null : amountOfUnits(rate) });
  }),
);

const hourly = (hour: number): Instant => instantOfMilliseconds(START + hour * HOUR_MS);
/** Around the turn of months too, where everything is awkward. */
const anHour = fc.oneof(
  fc.integer({ min: 1, max: HOURS - 1 }),
  fc.integer({ min: 1, max: 12 }).map((month) => (Date.UTC(2027, month, 1) - START) / HOUR_MS),
);

const aTermsChange: fc.Arbitrary<TermsChange> = fc.oneof(
  fc.record({ type: fc.constant('plan' as const), planId: fc.constantFrom('free', 'pro', 'pro', 'max') }),
  fc.record({ type: fc.constant('overage' as const), enabled: fc.constantFrom(true, true, false) }),
  fc.record({
    type: fc.constant('billing_anchor' as const),
    day: fc.constantFrom(1, 15, 28, 29, 30, 31),
    hour: fc.constantFrom(0, 10, 23),
  }),
);
const someChanges = fc
  .array(fc.tuple(anHour, fc.constantFrom(0, 0, 1, 300), aTermsChange), { maxLength: 10 })
  .map((drawn) =>
    drawn
      .sort(([left], [right]) => left - right)
      .map(([hour, notice, change], index): RecordedChange => {
        // An anchor is given notice, as it always is.
        const hours = change.type === 'billing_anchor' ? Math.max(1, notice) : notice;
        const effectiveAt = hourly(hour + hours);
        return { number: index + 1, position: 1, recordedAt: hourly(hour), effectiveAt, changedBy: 'ann', change };
      }),
  );

interface Arrival {
  readonly recordedHour: number;
  readonly occurredAt: Instant;
  readonly repeated: boolean;
}
const someArrivals = fc
  .array(
    fc.tuple(anHour, fc.constantFrom(0, 0, 0, 1, 40, 900, 5_000), fc.constantFrom(0, 1, 1_800_000), fc.boolean()),
    {
      minLength: 80,
      maxLength: 200,
    },
  )
  .map((drawn) =>
    drawn
      .map(([recordedHour, lateHours, offsetMs, isRepeated]): Arrival => {
        const occurredAt = instantOfMilliseconds(Math.max(START, hourly(recordedHour - lateHours) - offsetMs));
        return { recordedHour, occurredAt, repeated: isRepeated && offsetMs === 1 };
      })
      .sort((left, right) => left.recordedHour - right.recordedHour),
  );

/** The hours at which periods begin, by walking over all of them; one before everything, one after. */
function turnsOf(changes: readonly RecordedChange[]): number[] {
  const anchors = changes.flatMap(({ effectiveAt, change }) =>
    change.type === 'billing_anchor' ? [{ from: effectiveAt, day: change.day, hour: change.hour }] : [],
  );
  const turns: number[] = [];
  for (let hour = -32 * 24; hour < HOURS + 33 * 24; hour += 1) {
    const moment = START + hour * HOUR_MS;
    const date = new Date(moment);
    const inForce = anchors.filter(({ from }) => from <= moment).sort((left, right) => left.from - right.from);
    const { day, hour: hourOfDay } = inForce.at(-1) ?? { day: 1, hour: 0 };
    const isLastOfMonth = new Date(moment + 24 * HOUR_MS).getUTCMonth() !== date.getUTCMonth();
    const isDay = date.getUTCDate() === day || (isLastOfMonth && date.getUTCDate() < day);
    const isTurn = isDay && date.getUTCHours() === hourOfDay;
    if (isTurn || anchors.some(({ from }) => from === moment)) turns.push(moment);
  }
  return turns;
}

function lastOf<Kind extends TermsChange['type']>(
  changes: readonly RecordedChange[],
  type: Kind,
  moment: number,
): Extract<TermsChange, { type: Kind }> | undefined {
  let last: RecordedChange | undefined;
  for (const candidate of changes) {
    if (candidate.change.type !== type || candidate.effectiveAt > moment) continue;
    if (last === undefined || candidate.effectiveAt >= last.effectiveAt) last = candidate;
  }
  return last?.change as Extract<TermsChange, { type: Kind }> | undefined;
}

/** The plan that judges a period, by going through all that was known of it. */
function planIn(known: readonly RecordedChange[], start: number, end: number, now: number): string {
  let plan = lastOf(known, 'plan', start)?.planId ?? 'free';
  const moments = known.filter(({ change }) => change.type === 'plan').map(({ effectiveAt }) => effectiveAt as number);
  for (const moment of moments.filter((each) => each > start && each < end && each <= now).sort((a, b) => a - b)) {
    const next = lastOf(known, 'plan', moment)?.planId ?? 'free';
    if (INCLUDED[next]! >= INCLUDED[plan]!) plan = next;
  }
  return plan;
}

/** What each event has to become, in the order of the ledger. */
function recount(changes: readonly RecordedChange[], arrivals: readonly Arrival[]): string[] {
  const turns = turnsOf(changes);
  const counted = new Map<number, number>();
  return arrivals.map(({ recordedHour, occurredAt, repeated }) => {
    const now = hourly(recordedHour);
    const start = turns.filter((turn) => turn <= occurredAt).at(-1)!;
    const end = turns.find((turn) => turn > occurredAt)!;
    const known = changes.filter(({ recordedAt }) => recordedAt <= now);
    const plan = planIn(known, start, end, now);
    if (repeated) return `${plan} repeated`;
    const before = counted.get(start) ?? 0;
    counted.set(start, before + 1);
    if (before < INCLUDED[plan]!) return `${plan} included`;
    const isBilled = lastOf(known, 'overage', occurredAt)?.enabled === true && RATES[plan] !== null;
    return isBilled ? `${plan} overage ${RATES[plan]}` : `${plan} excess_unbilled`;
  });
}

/** Posts in batches, each knowing what those before it have counted: as ingestion does. */
function post(changes: readonly RecordedChange[], arrivals: readonly Arrival[]): AppliedPlan[] {
  const counts = new Map<Instant, number>();
  let latest: PeriodCount | null = null;
  const applied: AppliedPlan[] = [];
  for (const batch of batchesOf(arrivals)) {
    const now = hourly(batch[0]!.recordedHour);
    const terms = changes.filter(({ recordedAt }) => recordedAt <= now).reduce<Terms>(projectTerms, NO_TERMS);
    const occurred = batch.map(({ occurredAt }) => occurredAt);
    const earlier = new Set(earlierPeriods({ terms, latest }, occurred));
    const countedEarlier = (start: Instant): number => {
      expect(earlier.has(start)).toBe(true);
      return counts.get(start) ?? 0;
    };
    const periods: OpenPeriods = new OpenPeriods({ terms, plans: CATALOGUE, latest, countedEarlier }, now);
    for (const { occurredAt, repeated } of batch) {
      const placed = periods.place(aUsageEvent({ occurredAt }), repeated);
      applied.push(placed);
      if (countsRequest(placed.standing)) {
        const { start } = periods.periodOf(occurredAt);
        counts.set(start, (counts.get(start) ?? 0) + 1);
      }
    }
    latest = periods.latest() ?? latest;
    expect(latest === null ? null : counts.get(latest.periodStart)).toBe(latest === null ? null : latest.requests);
  }
  return applied;
}

function batchesOf(arrivals: readonly Arrival[]): Arrival[][] {
  const batches = new Map<number, Arrival[]>();
  for (const arrival of arrivals) {
    const batch = batches.get(arrival.recordedHour) ?? [];
    batches.set(arrival.recordedHour, [...batch, arrival]);
  }
  return [...batches.values()];
}

function describePlaced({ planVersion, standing, overageRate }: AppliedPlan): string {
  return `${CATALOGUE.plan(planVersion)?.id} ${standing}${overageRate === null ? '' : ` ${overageRate}`}`;
}

describe('placing requests', () => {
  it('agrees with a recount over two years of changing plans, overage and anchors, late usage included', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(someChanges, someArrivals, (changes, arrivals) => {
        const placed = post(changes, arrivals).map(describePlaced);
        expect(placed).toEqual(recount(changes, arrivals));
        for (const each of placed) seen.set(each, (seen.get(each) ?? 0) + 1);
      }),
      { numRuns: 60 },
    );
    const rare = ['pro overage 7', 'max overage 3', 'free excess_unbilled', 'pro excess_unbilled', 'max included'];
    expect(rare.filter((each) => (seen.get(each) ?? 0) < 5)).toEqual([]);
  });
});
