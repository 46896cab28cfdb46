import type { LedgerEvent } from '../ledger/ledger-event';
import { type CountingEvent, countChange } from '../spend/spending-event';
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
export interface UsedEvent extends CountingEvent, Pick<LedgerEvent, 'type' | 'occurredAt' | 'amount'> {}

/**
 * Folds one event into the monthly usage of its organization, in place: the period is the one that holds `occurredAt`.
 * A correction changes the month of what it corrects; an event that is neither leaves the months as they are.
 * @param anchors of the organization, ascending; none for calendar months
 * @param times how many events it stands for that are alike; its amount is that of all of them
 */
export function projectMonthlyUsage(
  months: Map<number, MonthlyUsage>,
  event: UsedEvent,
  anchors: readonly BillingAnchor[],
  times = 1,
): void {
  const change = countChange(event);
  if (change === null) return;
  const origin = originOfType(event.type);
  const period = periodHolding(anchors, event.occurredAt);
  const key = monthlyUsageKey(period.start, origin);
  const month = months.get(key) ?? {
    periodStart: period.start,
    periodEnd: period.end,
    origin,
    requests: 0,
    spend: ZERO_AMOUNT,
  };
  months.set(key, {
    ...month,
    requests: month.requests + change * times,
    spend: addAmounts(month.spend, negateAmount(event.amount)),
  });
}

/** Posting makes the type of a charge from its origin, and a correction is of the type of what it corrects. */
export function originOfType(type: LedgerEvent['type']): Origin {
  return type === 'playground' ? 'playground' : 'gateway';
}

/** One number for both, since it is looked up for every event of the ledger: a text would take longer than all the rest. */
export function monthlyUsageKey(periodStart: Instant, origin: Origin): number {
  return 2 * periodStart + (origin === 'playground' ? 1 : 0);
}
