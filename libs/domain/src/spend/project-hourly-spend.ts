import { addAmounts, type Amount, negateAmount, ZERO_AMOUNT } from '../money/amount';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import { countChange, type SpendingEvent } from './spending-event';

export const HOUR_MS = 3_600_000;

/** What an organization spent in one hour of UTC. */
export interface HourlySpend {
  /** When the hour begins. */
  readonly hour: Instant;
  /** As a positive amount. */
  readonly spend: Amount;
  readonly requests: number;
}

/**
 * Folds one event into the hours of its organization, in place: the hour is the one in which it occurred.
 * @param times how many events it stands for that are alike; its amount is that of all of them
 */
export function projectHourlySpend(hours: Map<Instant, HourlySpend>, event: SpendingEvent, times = 1): void {
  const change = countChange(event);
  if (change === null) return;
  const hour = hourOf(event.occurredAt);
  const known = hours.get(hour) ?? { hour, spend: ZERO_AMOUNT, requests: 0 };
  hours.set(hour, {
    hour,
    spend: addAmounts(known.spend, negateAmount(event.amount)),
    requests: known.requests + change * times,
  });
}

/** The begin of the hour that holds `instant`. */
export function hourOf(instant: Instant): Instant {
  return instantOfMilliseconds(Math.floor(instant / HOUR_MS) * HOUR_MS);
}
