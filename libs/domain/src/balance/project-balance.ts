import { addAmounts, type Amount, ZERO_AMOUNT } from '../money/amount';
import type { LedgerEvent } from '../ledger/ledger-event';

/** A balance and the position up to which it has absorbed its ledger. */
export interface Balance {
  readonly position: number;
  readonly amount: Amount;
}

export const EMPTY_BALANCE: Balance = { position: 0, amount: ZERO_AMOUNT };

/** Folds the next event of a stream into its balance. */
export function projectBalance(balance: Balance, event: Pick<LedgerEvent, 'sequence' | 'amount'>): Balance {
  return { position: event.sequence, amount: addAmounts(balance.amount, event.amount) };
}
