import { addAmounts, type Amount, negateAmount, ZERO_AMOUNT } from '../money/amount';
import type { Instant } from '../time/instant';
import type { PeriodUse, SettlingEntry } from './settlement';

interface MutableUse {
  requests: number;
  readonly teamSpend: Map<string, Amount>;
}

/** What the billing periods' limits are used up by: a new period begins at nothing without anybody resetting it. */
export class PeriodUses {
  private readonly uses = new Map<Instant, MutableUse>();

  constructor(uses: readonly PeriodUse[]) {
    this.replace(uses);
  }

  replace(uses: readonly PeriodUse[]): void {
    this.uses.clear();
    for (const { periodStart, requests, teamSpend } of uses) {
      this.uses.set(periodStart, { requests, teamSpend: new Map(teamSpend) });
    }
  }

  add({ periodStart, counts, teamId, charge }: Extract<SettlingEntry, { type: 'usage' }>): void {
    this.move(periodStart, counts ? 1 : 0, teamId, charge);
  }

  correct({ periodStart, uncounts, teamId, credit }: Extract<SettlingEntry, { type: 'correction' }>): void {
    this.move(periodStart, uncounts ? -1 : 0, teamId, negateAmount(credit));
  }

  private move(periodStart: Instant, requests: number, teamId: string | null, charge: Amount): void {
    const use = this.uses.get(periodStart) ?? { requests: 0, teamSpend: new Map<string, Amount>() };
    this.uses.set(periodStart, use);
    use.requests += requests;
    if (teamId !== null) use.teamSpend.set(teamId, addAmounts(use.teamSpend.get(teamId) ?? ZERO_AMOUNT, charge));
  }

  requestsIn(periodStart: Instant): number {
    return this.uses.get(periodStart)?.requests ?? 0;
  }

  spentBy(teamId: string, periodStart: Instant): Amount {
    return this.uses.get(periodStart)?.teamSpend.get(teamId) ?? ZERO_AMOUNT;
  }
}
