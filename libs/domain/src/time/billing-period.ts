import { type Instant, instantOfMilliseconds } from './instant';

/** The half-open interval [start, end) in which an organization's requests are counted. */
export interface BillingPeriod {
  readonly start: Instant;
  readonly end: Instant;
}

/** The calendar month in UTC that holds `instant`: the period of an organization without a subscription. */
export function calendarMonthOf(instant: Instant): BillingPeriod {
  const date = new Date(instant);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  return {
    start: instantOfMilliseconds(Date.UTC(year, month, 1)),
    end: instantOfMilliseconds(Date.UTC(year, month + 1, 1)),
  };
}
