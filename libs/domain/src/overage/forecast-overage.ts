import { addAmounts, type Amount, multiplyAmount } from '../money/amount';
import type { BillingPeriod } from '../time/billing-period';
import type { Instant } from '../time/instant';

export interface OverageSoFar {
  readonly period: BillingPeriod;
  readonly requestsUsed: number;
  readonly requestsIncluded: number;
  readonly incurred: Amount;
  /** What each further request past the allowance would cost; null while none would be billed. */
  readonly rate: Amount | null;
}

/**
 * What a period's overage will have cost at its end when requests go on at the pace that they had since it began: what is
 * incurred, and the rate for every further request past the allowance. A forecast: the count is rounded to whole requests.
 */
export function forecastOverage(soFar: OverageSoFar, now: Instant): Amount {
  const { period, requestsUsed, requestsIncluded, incurred, rate } = soFar;
  const elapsed = now - period.start;
  const remaining = period.end - now;
  if (rate === null || elapsed <= 0 || remaining <= 0) return incurred;
  const further = Math.round((requestsUsed * remaining) / elapsed);
  const stillIncluded = Math.max(0, requestsIncluded - requestsUsed);
  return addAmounts(incurred, multiplyAmount(rate, Math.max(0, further - stillIncluded)));
}
