import { assert, assertNever } from '../assert';
import { type Instant, instantOfMilliseconds } from '../time/instant';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** How long after the first, second, … attempt the next one is made; the last wait is repeated. */
export const RETRY_WAITS_MS = [
  SECOND_MS,
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  60 * MINUTE_MS,
] as const;

/** An attempt to deliver an alert to a receiver. */
export interface DeliveryAttempt {
  /** How many have been made, with this one. */
  readonly attempts: number;
  readonly firedAt: Instant;
  /** Since when every attempt at this receiver has failed; null when the last one did not. */
  readonly failingSince: Instant | null;
}

/** How it ended; `rejected` when no attempt will ever succeed. */
export type AttemptEnding =
  | { readonly type: 'sent' }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'rejected'; readonly reason: string };

export type DeliveryDecision =
  | { readonly type: 'delivered' }
  | { readonly type: 'retried'; readonly at: Instant; readonly reason: string }
  /** The receiver takes others, and has refused this one for as long as anybody tries. */
  | { readonly type: 'given_up'; readonly reason: string }
  /** The receiver is not called any more. */
  | { readonly type: 'endpoint_disabled'; readonly reason: string };

/**
 * Decides what follows from an attempt that ended at `now`. A receiver is given up for good when it said so itself, or when
 * it has failed for as long as anybody waits for one to come back.
 */
export function decideDelivery(
  { attempts, firedAt, failingSince }: DeliveryAttempt,
  ending: AttemptEnding,
  now: Instant,
  patienceMs: number,
): DeliveryDecision {
  assert(attempts > 0, 'an attempt is at least the first');
  switch (ending.type) {
    case 'sent':
      return { type: 'delivered' };
    case 'rejected':
      return { type: 'endpoint_disabled', reason: ending.reason };
    case 'failed':
      break;
    default:
      return assertNever(ending);
  }
  const { reason } = ending;
  if (failingSince !== null && now - failingSince >= patienceMs) return { type: 'endpoint_disabled', reason };
  if (now - firedAt >= patienceMs) return { type: 'given_up', reason };
  const waitMs = RETRY_WAITS_MS[Math.min(attempts, RETRY_WAITS_MS.length) - 1] ?? 0;
  return { type: 'retried', at: instantOfMilliseconds(now + waitMs), reason };
}
