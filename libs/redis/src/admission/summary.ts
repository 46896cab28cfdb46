import type { HeldSummary } from '@floopy/application';
import {
  type Amount,
  type Instant,
  instantOfMilliseconds,
  type Overshoot,
  subtractAmounts,
  ZERO_AMOUNT,
} from '@floopy/domain';
import { amountOfLimbs } from './limbs';

type Figures = readonly (number | string | null)[];

/** The state's numbers in the order of its fields, what teams hold, and how budgets were passed. */
export type SummaryReply = readonly [numbers: readonly number[], held: readonly string[], passed: Figures];

export function summaryOf([numbers, teams, passed]: SummaryReply, now: Instant): HeldSummary {
  const at = (index: number): number => numbers[index] ?? 0;
  const held = amountAt(numbers, 4);
  return {
    position: at(0),
    balance: amountAt(numbers, 1),
    openHolds: at(3),
    held,
    heldByTeam: heldByTeamOf(teams, held),
    openRequests: at(6),
    leaked: { holds: at(7), amount: amountAt(numbers, 8) },
    overshoot: overshootOf(numbers.slice(10)),
    budgetOvershoot: overshootOf(passed),
    recoveringUntil: at(21) > now ? instantOfMilliseconds(at(21)) : null,
  };
}

/** In the order in which the scripts number the causes. */
function overshootOf(figures: Figures): Overshoot {
  return {
    caused: {
      late_settlement: amountAt(figures, 0),
      above_hold: amountAt(figures, 2),
      lowered_limit: amountAt(figures, 4),
      refund: amountAt(figures, 6),
    },
    recovered: amountAt(figures, 8),
  };
}

/** @param fields names and values in turn: a limb's letter before the team; what is left over is of no team */
function heldByTeamOf(fields: readonly string[], held: Amount): Map<string | null, Amount> {
  const limbs = new Map<string, string>();
  for (let index = 0; index < fields.length; index += 2) limbs.set(fields[index] ?? '', fields[index + 1] ?? '0');
  const byTeam = new Map<string | null, Amount>();
  let rest = held;
  for (const [name, high] of limbs) {
    if (!name.startsWith('h')) continue;
    const team = name.slice(1);
    const amount = amountOfLimbs(high, limbs.get(`l${team}`) ?? 0);
    byTeam.set(team, amount);
    rest = subtractAmounts(rest, amount);
  }
  if (rest !== ZERO_AMOUNT) byTeam.set(null, rest);
  return byTeam;
}

function amountAt(figures: Figures, index: number): Amount {
  return amountOfLimbs(figures[index] ?? 0, figures[index + 1] ?? 0);
}
