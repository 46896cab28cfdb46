import { addAmounts, type Amount, amountOfUnits, ZERO_AMOUNT } from '../money/amount';
import { type Instant, instantOfMilliseconds, LATEST_INSTANT } from '../time/instant';
import { HOUR_MS, hourOf, type HourlySpend } from './project-hourly-spend';

const DAY_MS = 24 * HOUR_MS;

/** How far back a burn rate looks: a week, so that every day of it weighs the same. */
export const BURN_WINDOW_MS = 7 * DAY_MS;

/** What was spent in a stretch of time that ends now. */
export interface BurnRate {
  readonly spend: Amount;
  readonly elapsedMs: number;
}

/**
 * What an organization spends, over the last week or since its first spending within it.
 * @param hours its hours of the last week, in any order; those outside of it are passed over
 * @returns null when it spent nothing
 */
export function burnRateOf(hours: readonly HourlySpend[], now: Instant): BurnRate | null {
  const { start, end } = burnWindow(now);
  let spend = ZERO_AMOUNT;
  let first = now;
  for (const entry of hours) {
    if (entry.hour < start || entry.hour >= end || entry.spend <= ZERO_AMOUNT) continue;
    spend = addAmounts(spend, entry.spend);
    if (entry.hour < first) first = entry.hour;
  }
  return spend === ZERO_AMOUNT ? null : burnRateSince(spend, first, now);
}

/** The rate of what was spent since the begin of an hour. */
export function burnRateSince(spend: Amount, hour: Instant, now: Instant): BurnRate {
  return { spend, elapsedMs: Math.max(1, now - hour) };
}

/** The hours that a burn rate is made of: those that begin within the last week, and the one that is running. */
export function burnWindow(now: Instant): { readonly start: Instant; readonly end: Instant } {
  const start = hourOf(instantOfMilliseconds(now - BURN_WINDOW_MS));
  return { start, end: instantOfMilliseconds(hourOf(now) + HOUR_MS) };
}

/** What the burn rate comes to in a day, rounded down to the unit: a figure to be shown, never charged. */
export function burnPerDay({ spend, elapsedMs }: BurnRate): Amount {
  return amountOfUnits((spend * BigInt(DAY_MS)) / BigInt(elapsedMs));
}

/**
 * When the credits are used up at this rate, rounded down to the millisecond; now, when nothing is left.
 * @returns null when it is further away than the calendar reaches
 */
export function dayOfZero(available: Amount, burn: BurnRate, now: Instant): Instant | null {
  if (available <= ZERO_AMOUNT) return now;
  const milliseconds = (available * BigInt(burn.elapsedMs)) / burn.spend;
  return milliseconds > BigInt(LATEST_INSTANT - now) ? null : instantOfMilliseconds(now + Number(milliseconds));
}

/** Whole days until the credits are used up; null when that is further away than the calendar reaches. */
export function daysLeft(available: Amount, burn: BurnRate, now: Instant): number | null {
  const zero = dayOfZero(available, burn, now);
  return zero === null ? null : Math.floor((zero - now) / DAY_MS);
}

/** How long credits last when they go on being spent as in the last week. */
export interface CreditForecast {
  readonly perDay: Amount;
  /** Null, as the day of zero, when it is further away than the calendar reaches. */
  readonly daysLeft: number | null;
  readonly zeroOn: Instant | null;
}

export function forecastCredits(available: Amount, burn: BurnRate, now: Instant): CreditForecast {
  return {
    perDay: burnPerDay(burn),
    daysLeft: daysLeft(available, burn, now),
    zeroOn: dayOfZero(available, burn, now),
  };
}
