import { addAmounts, type Amount, negateAmount, subtractAmounts, ZERO_AMOUNT } from '../money/amount';

/** What can take a limit past what admission granted, since it is not admission's to refuse. */
export const OVERSHOOT_CAUSES = ['late_settlement', 'above_hold', 'lowered_limit', 'refund'] as const;
export type OvershootCause = (typeof OVERSHOOT_CAUSES)[number];

/** How far a limit was ever passed, by cause, and how much of that was made good again. Sums of money, none negative. */
export interface Overshoot {
  readonly caused: Readonly<Record<OvershootCause, Amount>>;
  readonly recovered: Amount;
}

export const NO_OVERSHOOT: Overshoot = {
  caused: {
    late_settlement: ZERO_AMOUNT,
    above_hold: ZERO_AMOUNT,
    lowered_limit: ZERO_AMOUNT,
    refund: ZERO_AMOUNT,
  },
  recovered: ZERO_AMOUNT,
};

/**
 * Folds a movement of what is left under a limit. Only the part below zero is overshoot: what was left before took the
 * rest. A movement upwards makes good, whatever the cause.
 * @param before what was left, negative when the limit was passed already
 */
export function addOvershoot(overshoot: Overshoot, cause: OvershootCause, before: Amount, after: Amount): Overshoot {
  const grown = subtractAmounts(excessOf(after), excessOf(before));
  if (grown === ZERO_AMOUNT) return overshoot;
  if (grown < ZERO_AMOUNT) return { ...overshoot, recovered: subtractAmounts(overshoot.recovered, grown) };
  return { ...overshoot, caused: { ...overshoot.caused, [cause]: addAmounts(overshoot.caused[cause], grown) } };
}

/** By how much a limit is passed now, to the unit: all that was caused, less what was made good. */
export function standingExcess({ caused, recovered }: Overshoot): Amount {
  const total = OVERSHOOT_CAUSES.reduce((sum, cause) => addAmounts(sum, caused[cause]), ZERO_AMOUNT);
  return subtractAmounts(total, recovered);
}

function excessOf(left: Amount): Amount {
  return left < ZERO_AMOUNT ? negateAmount(left) : ZERO_AMOUNT;
}
