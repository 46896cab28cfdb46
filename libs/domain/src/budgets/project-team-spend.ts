import { addAmounts, type Amount, negateAmount, ZERO_AMOUNT } from '../money/amount';
import { countChange, type SpendingEvent } from '../spend/spending-event';
import { type BillingAnchor, type BillingPeriod, periodHolding } from '../time/billing-period';

/** What one team spent in one billing period; null is the line of what no team is named for. */
export interface TeamSpend {
  readonly period: BillingPeriod;
  readonly teamId: string | null;
  /** As a positive amount. */
  readonly spend: Amount;
  readonly requests: number;
}

/**
 * Folds one event into what teams spent, in place, by `teamSpendKey`: the period is the one that holds `occurredAt`. Over all
 * teams and the line without one, it is what the ledger charged for usage and left standing, to the unit.
 * @param times how many events it stands for that are alike; its amount is that of all of them
 */
export function projectTeamSpend(
  spends: Map<string, TeamSpend>,
  event: SpendingEvent,
  anchors: readonly BillingAnchor[],
  times = 1,
): void {
  const change = countChange(event);
  if (change === null) return;
  const { teamId = null } = event.usage ?? event.correction ?? {};
  const period = periodHolding(anchors, event.occurredAt);
  const key = teamSpendKey(period, teamId);
  const known = spends.get(key) ?? { period, teamId, spend: ZERO_AMOUNT, requests: 0 };
  spends.set(key, {
    ...known,
    spend: addAmounts(known.spend, negateAmount(event.amount)),
    requests: known.requests + change * times,
  });
}

/** A team's id has no space, and is never empty. */
export function teamSpendKey(period: BillingPeriod, teamId: string | null): string {
  return `${period.start} ${teamId ?? ''}`;
}
