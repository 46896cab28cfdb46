import { type BillingAnchor, type BillingPeriod, calendarMonthOf, periodHolding } from '../time/billing-period';
import { parseInstant } from '../time/instant';

const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/**
 * The period that a statement is asked for: a calendar month in UTC (`2026-11`), or the billing period that holds a time
 * (RFC 3339). Either kind follows the other of its kind without a gap. @returns null for any other text
 */
export function statementPeriod(text: string, anchors: readonly BillingAnchor[]): BillingPeriod | null {
  const start = parseInstant(MONTH.test(text) ? `${text}-01T00:00:00Z` : text);
  if (start === null) return null;
  return MONTH.test(text) ? calendarMonthOf(start) : periodHolding(anchors, start);
}
