import type { Amount } from '../money/amount';
import { type Instant, instantOfMilliseconds } from '../time/instant';

/** What a hold is for: one attempt of one request; an attempt that is not named is the only one. */
export interface HoldKey {
  readonly requestId: string;
  readonly attemptId: string | null;
}

/** Credits set aside for an attempt, apart from what is spent, until usage settles it, it is released, or it expires. */
export interface Hold extends HoldKey {
  readonly holdId: string;
  readonly teamId: string | null;
  readonly amount: Amount;
  readonly admittedAt: Instant;
  /** A whole second; it is open before and expired from then on. */
  readonly expiresAt: Instant;
}

export const HOLD_ENDINGS = ['settled', 'released', 'expired'] as const;
export type HoldEnding = (typeof HOLD_ENDINGS)[number];

const SECOND_MS = 1_000;

/** When a hold of this lifetime expires: at the next whole second, so that holds expire second by second. */
export function expiryOf(admittedAt: Instant, lifetimeSeconds: number): Instant {
  return instantOfMilliseconds(Math.ceil((admittedAt + lifetimeSeconds * SECOND_MS) / SECOND_MS) * SECOND_MS);
}

/** Names a hold within its organization; identifiers have no space. */
export function holdKeyText({ requestId, attemptId }: HoldKey): string {
  return attemptId === null ? requestId : `${requestId} ${attemptId}`;
}
