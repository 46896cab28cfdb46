import { type BillingAnchor, type BillingPeriod, periodHolding } from '../time/billing-period';
import type { Instant } from '../time/instant';
import { frozenAt } from './freeze-period';

/**
 * The instants between `from` and `to` at which a fold over a ledger may begin to take an event otherwise: where billing
 * periods begin and end, and where they are frozen. Two events that lie between the same cuts by `occurredAt` and by
 * `recordedAt`, and say the same, are added to the same figures; only hours are finer.
 * @param anchors ascending; calendar months count as well, since what was posted before there were plans goes by them
 */
export function projectionCuts(anchors: readonly BillingAnchor[], from: Instant, to: Instant): Instant[] {
  const cuts = new Set<Instant>();
  for (const ofPeriods of [anchors, []]) {
    for (const period of periodsBetween(ofPeriods, from, to)) {
      cuts.add(period.start);
      cuts.add(period.end);
      cuts.add(frozenAt(period));
    }
  }
  return [...cuts].sort((left, right) => left - right);
}

function* periodsBetween(anchors: readonly BillingAnchor[], from: Instant, to: Instant): Generator<BillingPeriod> {
  let period = periodHolding(anchors, from);
  yield period;
  while (period.end <= to) {
    period = periodHolding(anchors, period.end);
    yield period;
  }
}
