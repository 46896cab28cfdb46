import { addAmounts, type Amount, ZERO_AMOUNT } from '../money/amount';
import type { Hold } from './hold';

/** Holds that nobody settled or released before they expired. */
export interface LeakedHolds {
  readonly holds: number;
  readonly amount: Amount;
  /** Those that expired last, the last first; at most `MOST_LEAKED_LISTED`. */
  readonly newest: readonly Hold[];
}

/** All are counted; whoever looks for the cause needs some of them, and the newest. */
export const MOST_LEAKED_LISTED = 200;

export const NOTHING_LEAKED: LeakedHolds = { holds: 0, amount: ZERO_AMOUNT, newest: [] };

/** @param expired oldest first, as they expire */
export function addLeaked({ holds, amount, newest }: LeakedHolds, expired: readonly Hold[]): LeakedHolds {
  return {
    holds: holds + expired.length,
    amount: expired.reduce((sum, hold) => addAmounts(sum, hold.amount), amount),
    newest: [...expired.toReversed(), ...newest].slice(0, MOST_LEAKED_LISTED),
  };
}
