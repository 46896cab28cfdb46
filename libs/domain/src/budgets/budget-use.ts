import { addAmounts, type Amount, subtractAmounts, ZERO_AMOUNT } from '../money/amount';

/** A team's budget and what is used of it in a billing period. */
export interface BudgetUse {
  readonly limit: Amount;
  readonly spent: Amount;
  readonly held: Amount;
}

/** What the team may still be admitted for; zero once the limit is reached or was lowered below what is used. */
export function budgetRemaining({ limit, spent, held }: BudgetUse): Amount {
  const left = subtractAmounts(limit, addAmounts(spent, held));
  return left > ZERO_AMOUNT ? left : ZERO_AMOUNT;
}
