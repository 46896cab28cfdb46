import type { LedgerEvent } from '../ledger/ledger-event';
import { ZERO_AMOUNT } from '../money/amount';
import { type CorrectedCharge, isCharge, standingCharge } from './corrected-charge';

export type ReversalDecision =
  | { readonly type: 'reversible'; readonly corrected: CorrectedCharge }
  | { readonly type: 'refused'; readonly code: ReversalRefusal };

export type ReversalRefusal =
  /** A payment, an adjustment or a correction: another one of its kind undoes it. */
  | 'not_a_charge'
  | 'already_reversed'
  /** It costs nothing, and its request is to stay counted. */
  | 'nothing_to_reverse'
  /** Its request counted at another attempt, or not at all. */
  | 'not_counted';

/** Whether an operator may reverse an entry, given all that was posted to correct it. */
export function decideReversal(
  entry: LedgerEvent,
  corrections: readonly LedgerEvent[],
  uncount: boolean,
): ReversalDecision {
  if (!isCharge(entry)) return { type: 'refused', code: 'not_a_charge' };
  const corrected = { charge: entry, corrections };
  const { amount, isReversed } = standingCharge(corrected);
  if (isReversed) return { type: 'refused', code: 'already_reversed' };
  if (uncount && !entry.usage.counted) return { type: 'refused', code: 'not_counted' };
  if (!uncount && amount === ZERO_AMOUNT) return { type: 'refused', code: 'nothing_to_reverse' };
  return { type: 'reversible', corrected };
}
