import { type CountingEvent, countChange } from '../spend/spending-event';
import { type BillingAnchor, periodHolding } from '../time/billing-period';
import type { Instant } from '../time/instant';
import type { PeriodCount } from './open-periods';

/** What counting asks of a ledger event. */
export interface CountedEvent extends CountingEvent {
  readonly occurredAt: Instant;
}

/**
 * Folds one event into the requests that count in each period of its organization, by the period's start, in place.
 * @param times how many events it stands for
 */
export function projectPeriodCount(
  counts: Map<Instant, number>,
  event: CountedEvent,
  anchors: readonly BillingAnchor[],
  times = 1,
): void {
  const change = countChange(event) ?? 0;
  if (change === 0) return;
  const { start } = periodHolding(anchors, event.occurredAt);
  counts.set(start, (counts.get(start) ?? 0) + change * times);
}

/** The latest period in which a request has counted, and how many have; null before the first. */
export function latestPeriodCount(counts: ReadonlyMap<Instant, number>): PeriodCount | null {
  let latest: PeriodCount | null = null;
  for (const [periodStart, requests] of counts) {
    if (latest === null || periodStart > latest.periodStart) latest = { periodStart, requests };
  }
  return latest;
}
