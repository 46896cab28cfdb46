import { type Amount, ZERO_AMOUNT } from '../money/amount';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import { HOUR_MS, type HourlySpend } from './project-hourly-spend';

const DAY_MS = 24 * HOUR_MS;

/** Of how many days the same hour is compared; an odd number, so that one of them is the middle. */
export const SPIKE_DAYS = 7;
/** With fewer days behind it, nobody knows what is usual for an organization. */
export const SPIKE_LEAST_DAYS = 3;

export interface SpikeRule {
  /** How many times the usual spend makes a spike, in per cent: 300 is three times as much. */
  readonly factorPercent: number;
  /** Less than this in an hour is no spike, however unusual. */
  readonly smallest: Amount;
}

/** An hour in which far more was spent than in the same hour of other days. */
export interface Spike {
  readonly hour: Instant;
  readonly spend: Amount;
  /** The middle of what was spent in the same hour of the days before. */
  readonly usual: Amount;
}

/**
 * Compares an hour, also one that is not over, with the same hour of the seven days before: with the middle one, which
 * a spike of last week does not move.
 * @param since when the organization first spent anything
 */
export function findSpike(
  hours: ReadonlyMap<Instant, Pick<HourlySpend, 'spend'>>,
  hour: Instant,
  since: Instant,
  rule: SpikeRule,
): Spike | null {
  const spend = hours.get(hour)?.spend ?? ZERO_AMOUNT;
  if (spend < rule.smallest || hour - since < SPIKE_LEAST_DAYS * DAY_MS) return null;
  const before = Array.from(
    { length: SPIKE_DAYS },
    (_, day) => hours.get(instantOfMilliseconds(hour - (day + 1) * DAY_MS))?.spend ?? ZERO_AMOUNT,
  );
  const usual = middleOf(before);
  return spend * 100n > usual * BigInt(rule.factorPercent) ? { hour, spend, usual } : null;
}

function middleOf(amounts: readonly Amount[]): Amount {
  const ascending = [...amounts].sort((left, right) => (left < right ? -1 : 1));
  return ascending[Math.floor(ascending.length / 2)] ?? ZERO_AMOUNT;
}
