import type { BillingPeriod } from '../time/billing-period';
import { type Instant, instantOfMilliseconds } from '../time/instant';

/** How long after its end a period still takes what is on its way, in milliseconds. */
export const FREEZE_DELAY_MS = 10 * 60_000;

/** From when on a period's overage stays as it is, for its invoice is made then. */
export function frozenAt(period: BillingPeriod): Instant {
  return instantOfMilliseconds(period.end + FREEZE_DELAY_MS);
}

/**
 * Whether what is recorded now comes too late for its period's invoice. It still counts and is judged in that period;
 * only its money is carried to the period that holds `recordedAt`.
 */
export function isLate(period: BillingPeriod, recordedAt: Instant): boolean {
  return recordedAt >= frozenAt(period);
}
