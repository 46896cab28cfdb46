import { assert } from '../assert';
import type { LedgerType } from '../ledger/ledger-event';
import { addAmounts, type Amount, ZERO_AMOUNT } from '../money/amount';
import type { BillingPeriod } from '../time/billing-period';

/** Entries of one kind that were recorded in a period, summed. */
export interface StatementMovement {
  readonly type: LedgerType;
  /** Whether they correct what was charged before. */
  readonly corrects: boolean;
  /** Whether they occurred before the period: what came late, or corrects an earlier period. */
  readonly isLate: boolean;
  readonly entries: number;
  readonly amount: Amount;
}

/** How many entries, and what they come to. */
export interface StatementSum {
  readonly entries: number;
  readonly amount: Amount;
}

/** What usage of one type came to; charges are negative. */
export interface StatementUsage {
  readonly charges: StatementSum;
  readonly corrections: StatementSum;
  /** Of charges and corrections together, those that occurred before the period. */
  readonly late: StatementSum;
  readonly amount: Amount;
}

/** A place on a ledger and the balance after it. */
export interface StatementEnd {
  readonly position: number;
  readonly balance: Amount;
}

/** What moved a balance in a period, by when it was recorded. */
export interface Statement {
  readonly period: BillingPeriod;
  readonly opening: StatementEnd;
  readonly payments: StatementSum;
  readonly usage: { readonly request: StatementUsage; readonly playground: StatementUsage };
  readonly adjustments: StatementSum;
  readonly closing: StatementEnd;
}

/** Draws up a statement: its opening and everything that moved are its closing, to the unit, or something is wrong. */
export function drawStatement(
  { period, opening, closing }: Pick<Statement, 'period' | 'opening' | 'closing'>,
  movements: readonly StatementMovement[],
): Statement {
  const moved = sumOf(movements);
  assert(addAmounts(opening.balance, moved.amount) === closing.balance, 'opening and movements are the closing');
  assert(opening.position + moved.entries === closing.position, 'every entry of the period is on its statement');
  const ofType = (type: LedgerType): StatementMovement[] => movements.filter((movement) => movement.type === type);
  return {
    period,
    opening,
    payments: sumOf(ofType('payment')),
    usage: { request: usageOf(ofType('request')), playground: usageOf(ofType('playground')) },
    adjustments: sumOf(ofType('adjustment')),
    closing,
  };
}

function usageOf(movements: readonly StatementMovement[]): StatementUsage {
  return {
    charges: sumOf(movements.filter(({ corrects }) => !corrects)),
    corrections: sumOf(movements.filter(({ corrects }) => corrects)),
    late: sumOf(movements.filter(({ isLate }) => isLate)),
    amount: sumOf(movements).amount,
  };
}

function sumOf(movements: readonly StatementMovement[]): StatementSum {
  return movements.reduce<StatementSum>(
    (sum, { entries, amount }) => ({ entries: sum.entries + entries, amount: addAmounts(sum.amount, amount) }),
    { entries: 0, amount: ZERO_AMOUNT },
  );
}
