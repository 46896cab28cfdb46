import type { LedgerEvent, PostedUsage } from '../ledger/ledger-event';
import { addAmounts, type Amount, negateAmount, ZERO_AMOUNT } from '../money/amount';
import { type BillingAnchor, periodHolding } from '../time/billing-period';
import type { Instant } from '../time/instant';
import type { Origin } from '../usage/usage-event';

/** What one organization used through one origin in one billing period. */
export interface MonthlyUsage {
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  readonly origin: Origin;
  /** Logical requests that counted. */
  readonly requests: number;
  /** What was charged, as a positive amount. */
  readonly spend: Amount;
}

/** What monthly usage asks of a ledger event. */
export interface UsedEvent extends Pick<LedgerEvent, 'occurredAt' | 'amount'> {
  readonly usage: Pick<PostedUsage, 'origin' | 'counted'> | null;
}

/**
 * Folds one event into the monthly usage of its organization, in place: the period is the one that holds `occurredAt`.
 * An event that is no usage leaves the months as they are.
 * @param anchors of the organization, ascending; none for calendar months
 * @param times how many events it stands for that are alike; its amount is that of all of them
 */
export function projectMonthlyUsage(
  months: Map<string, MonthlyUsage>,
  event: UsedEvent,
  anchors: readonly BillingAnchor[],
  times = 1,
): void {
  if (event.usage === null) return;
  const period = periodHolding(anchors, event.occurredAt);
  const key = monthlyUsageKey(period.start, event.usage.origin);
  const month = months.get(key) ?? {
    periodStart: period.start,
    periodEnd: period.end,
    origin: event.usage.origin,
    requests: 0,
    spend: ZERO_AMOUNT,
  };
  months.set(key, {
    ...month,
    requests: month.requests + (event.usage.counted ? times : 0),
    spend: addAmounts(month.spend, negateAmount(event.amount)),
  });
}

export function monthlyUsageKey(periodStart: Instant, origin: Origin): string {
  return `${periodStart}/${origin}`;
}
