import type { DeadLetterReason } from '@floopy/domain';
import { Account, monthOf, type TermsTold } from './account';
import { type PlannedReprice, reprice, type RepriceSum, type Reversal, reverse } from './corrections';
import { PublishedPrices } from './published-prices';
import { type Fate, settle, type SettlingBooks } from './settlement';
import type { Letter, Logged, PlanRules, RepriceWanted, Tally } from './vocabulary';

type Adjusted = 'adjusted' | 'repeated' | 'idempotency_conflict';
type Changed = 'changed' | 'unchanged' | 'plan_required';

/**
 * The whole service in memory and by hand: slow, without any projection, and without one function of the domain. Whatever
 * is asked of it, it derives from everything that ever happened.
 */
export class Oracle implements SettlingBooks {
  readonly accounts = new Map<string, Account>();
  readonly prices = new PublishedPrices();
  readonly applied = new Map<string, string>();
  /** In the order in which they were parked. */
  readonly letters: Letter[] = [];
  readonly tallies: Tally[];
  private readonly reprices: PlannedReprice[] = [];

  constructor(
    private readonly plans: Readonly<Record<string, PlanRules>>,
    private readonly logs: readonly (readonly Logged[])[],
  ) {
    this.tallies = logs.map(() => ({ applied: 0, duplicates: 0, parked: 0, skipped: 0 }));
  }

  found(id: string, markup: number | null, plan: string): void {
    this.accounts.set(id, new Account(id, markup, this.plans, plan));
  }

  account(id: string): Account {
    const account = this.accounts.get(id);
    if (account === undefined) throw new Error(`there is no ${id}`);
    return account;
  }

  /** Reads on in a partition, so many offsets. */
  read(partition: number, offsets: number, now: number): void {
    const from = this.passed(partition);
    for (const logged of this.logs[partition]?.slice(from, from + offsets) ?? []) {
      if (logged.said.type === 'hole') this.tallyOf(partition).skipped += 1;
      else this.take(partition, logged, settle(this, logged, now));
    }
  }

  passed(partition: number): number {
    const { applied, duplicates, parked, skipped } = this.tallyOf(partition);
    return applied + duplicates + parked + skipped;
  }

  /** Drives what is parked through everything again: by partition, and in order of offset. */
  redrive(reason: DeadLetterReason | null, now: number): void {
    const chosen = this.letters.filter(
      (letter) => letter.status === 'parked' && (reason ?? letter.reason) === letter.reason,
    );
    chosen.sort((one, other) => one.partition - other.partition || one.offset - other.offset);
    for (const letter of chosen) {
      const logged = this.logs[letter.partition]?.[letter.offset];
      if (logged === undefined) throw new Error('a letter has its record');
      const fate = settle(this, logged, now);
      const tally = this.tallyOf(letter.partition);
      if (typeof fate === 'object') letter.reason = fate.parked;
      else {
        letter.status = fate;
        tally.parked -= 1;
        tally[fate === 'applied' ? 'applied' : 'duplicates'] += 1;
      }
    }
  }

  discard(nth: number): boolean {
    const letter = this.letters[nth];
    if (letter?.status !== 'parked') return false;
    letter.status = 'discarded';
    return true;
  }

  adjust(id: string, { units, key }: { readonly units: bigint; readonly key: string }, now: number): Adjusted {
    const account = this.account(id);
    const before = account.keys.get(key);
    if (before !== undefined) return before === String(units) ? 'repeated' : 'idempotency_conflict';
    account.keys.set(key, String(units));
    const recordedAt = account.recordsAt(now);
    const cause = `operator ${key}`;
    account.append({
      type: 'adjustment',
      units,
      occurredAt: recordedAt,
      recordedAt,
      cause,
      charged: null,
      corrected: null,
    });
    return 'adjusted';
  }

  reverse(id: string, position: number, uncounts: boolean, now: number): Reversal {
    const account = this.account(id);
    return reverse(account, account.chargeAt(position), uncounts, now);
  }

  /** @returns what it comes to for each organization that it is about */
  planReprice(wanted: RepriceWanted): Map<string, RepriceSum> {
    const sums = new Map<string, RepriceSum>();
    const through = new Map<string, number>();
    for (const account of this.accounts.values()) {
      if (account.id !== (wanted.organization ?? account.id)) continue;
      const sum = reprice(account, this.prices, wanted, null);
      if (sum.entries + sum.reversed + sum.unpriced === 0) continue;
      sums.set(account.id, sum);
      through.set(account.id, account.entries.length);
    }
    this.reprices.push({ ...wanted, through, isApplied: false });
    return sums;
  }

  /** A plan is applied once: to what it was about, as that stands now. */
  applyReprice(nth: number, now: number): void {
    const planned = this.reprices[nth];
    if (planned === undefined) throw new Error('only what was planned is applied');
    if (planned.isApplied) return;
    planned.isApplied = true;
    for (const [id, through] of planned.through) reprice(this.account(id), this.prices, planned, { through, now });
  }

  changeTerms(id: string, told: TermsTold, now: number): Changed {
    const account = this.account(id);
    const asked = { ...told, from: Math.max(told.from, account.recordsAt(now)) };
    if (asked.type === 'overage' && asked.isOn) {
      const plan = account.planIn(monthOf(asked.from), asked.from);
      if (account.rulesOf(plan).rate === null) return 'plan_required';
    }
    const isLast = account.terms.every(({ type, from }) => type !== asked.type || from <= asked.from);
    const isSo =
      asked.type === 'plan'
        ? account.assignedAt(asked.from) === asked.plan
        : account.isOverageOnAt(asked.from) === asked.isOn;
    if (isLast && isSo) return 'unchanged';
    account.terms.push(asked);
    return 'changed';
  }

  private take(partition: number, { offset }: Logged, fate: Fate): void {
    const tally = this.tallyOf(partition);
    if (fate === 'applied') tally.applied += 1;
    else if (fate === 'duplicate') tally.duplicates += 1;
    else {
      tally.parked += 1;
      this.letters.push({ partition, offset, status: 'parked', reason: fate.parked });
    }
  }

  private tallyOf(partition: number): Tally {
    const tally = this.tallies[partition];
    if (tally === undefined) throw new Error(`there is no partition ${partition}`);
    return tally;
  }
}
