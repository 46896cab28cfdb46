import { type Instant, type Interval, parseInstant } from '@floopy/domain';
import type { GenaiConditionalPrices, GenaiModel, GenaiPrices } from './genai-catalogue';

export type PricesIn =
  | { readonly type: 'prices'; readonly prices: GenaiPrices }
  | {
      readonly type: 'undecided';
      readonly reason: 'price_changes_in_interval' | 'price_by_time_of_day' | 'invalid_price';
      readonly detail: string;
    };

/** The prices that a model has in the whole of an interval: a card has one price for all of it, or it would be wrong in part. */
export function pricesIn(prices: GenaiModel['prices'], inForce: Interval): PricesIn {
  if (!isConditional(prices)) return { type: 'prices', prices };
  const starts: Start[] = [];
  for (const { constraint, prices: candidate } of prices) {
    if (constraint?.type === 'time_of_date') {
      const detail = `other prices from ${constraint.start_time} to ${constraint.end_time}`;
      return { type: 'undecided', reason: 'price_by_time_of_day', detail };
    }
    const start = constraint === undefined ? null : parseInstant(`${constraint.start_date}T00:00:00Z`);
    if (constraint !== undefined && start === null) {
      return { type: 'undecided', reason: 'invalid_price', detail: `start date ${constraint.start_date}` };
    }
    starts.push({ start, prices: candidate });
  }
  return decide(starts, inForce);
}

interface Start {
  /** Null: the price before any other starts. */
  readonly start: Instant | null;
  readonly prices: GenaiPrices;
}

function decide(starts: readonly Start[], inForce: Interval): PricesIn {
  const turn = starts.find(({ start }) => start !== null && start > inForce.start && endsAfter(inForce, start));
  if (turn?.start !== undefined && turn.start !== null) {
    const detail = `another price from ${new Date(turn.start).toISOString().slice(0, 10)}`;
    return { type: 'undecided', reason: 'price_changes_in_interval', detail };
  }
  const decided = starts.findLast(({ start }) => start === null || start <= inForce.start) ?? starts[0];
  return { type: 'prices', prices: decided?.prices ?? {} };
}

function endsAfter(interval: Interval, instant: Instant): boolean {
  return interval.end === null || interval.end > instant;
}

function isConditional(prices: GenaiModel['prices']): prices is readonly GenaiConditionalPrices[] {
  return Array.isArray(prices);
}
