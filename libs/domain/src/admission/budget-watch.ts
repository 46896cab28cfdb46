import { type Amount, subtractAmounts, ZERO_AMOUNT } from '../money/amount';
import type { Instant } from '../time/instant';
import { addOvershoot, NO_OVERSHOOT, type Overshoot, type OvershootCause } from './overshoot';

interface WatchedBudget {
  limit: Amount | null;
  periodStart: Instant;
  /** What was left when it was noted last, negative where the limit was passed; zero without a limit. */
  left: Amount;
}

/**
 * How far teams have passed their budgets, by cause. Limit and period are those of the last decision for the team; of a team
 * that nobody asks for nothing is known, and nothing was granted to it either.
 */
export class BudgetWatch {
  private readonly budgets = new Map<string, WatchedBudget>();
  private passed: Overshoot = NO_OVERSHOOT;

  /** @param usedBy what a team has spent in the period that begins then, and what is held for it now */
  constructor(private readonly usedBy: (teamId: string, periodStart: Instant) => Amount) {}

  get overshoot(): Overshoot {
    return this.passed;
  }

  /** Takes the limit that a request of the team is about to be judged by. A period that is over does not come again. */
  learn(teamId: string, limit: Amount | null, periodStart: Instant): void {
    const known = this.budgets.get(teamId);
    if (known === undefined && limit === null) return;
    const budget = known ?? { limit: null, periodStart, left: ZERO_AMOUNT };
    this.budgets.set(teamId, budget);
    if (periodStart > budget.periodStart) {
      budget.periodStart = periodStart;
      this.note(teamId, 'late_settlement');
    }
    if (limit === budget.limit) return;
    budget.limit = limit;
    this.note(teamId, 'lowered_limit');
  }

  /** Something has moved what the team uses; what has grown past its limit since has this cause. */
  note(teamId: string | null, cause: OvershootCause): void {
    const budget = teamId === null ? undefined : this.budgets.get(teamId);
    if (teamId === null || budget === undefined) return;
    const { limit, periodStart } = budget;
    const left = limit === null ? ZERO_AMOUNT : subtractAmounts(limit, this.usedBy(teamId, periodStart));
    this.passed = addOvershoot(this.passed, cause, budget.left, left);
    budget.left = left;
  }

  noteAll(cause: OvershootCause): void {
    for (const teamId of this.budgets.keys()) this.note(teamId, cause);
  }
}
