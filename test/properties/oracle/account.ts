import type { Entry, PlanRules } from './vocabulary';

/** A change of terms, in the order in which they were made. */
export type TermsTold =
  | { readonly type: 'plan'; readonly from: number; readonly plan: string }
  | { readonly type: 'overage'; readonly from: number; readonly isOn: boolean };

/** The organization's own half of the oracle: everything is counted anew, from what happened, whenever it is asked. */
export class Account {
  readonly entries: Entry[] = [];
  readonly terms: TermsTold[] = [];
  /** What each idempotency key was used for. */
  readonly keys = new Map<string, string>();

  constructor(
    readonly id: string,
    /** Agreed with it; null where its plan's applies. */
    readonly markup: number | null,
    private readonly plans: Readonly<Record<string, PlanRules>>,
    private readonly firstPlan: string,
  ) {}

  balanceAt(position: number): bigint {
    return this.entries.slice(0, position).reduce((sum, { units }) => sum + units, 0n);
  }

  get balance(): bigint {
    return this.balanceAt(this.entries.length);
  }

  /** When an entry is recorded that is made now. */
  recordsAt(now: number): number {
    return Math.max(now, this.entries.at(-1)?.recordedAt ?? 0);
  }

  append(entry: Omit<Entry, 'position'>): Entry {
    const appended = { ...entry, position: this.entries.length + 1 };
    this.entries.push(appended);
    return appended;
  }

  rulesOf(plan: string): PlanRules {
    const rules = this.plans[plan];
    if (rules === undefined) throw new Error(`there is no plan ${plan}`);
    return rules;
  }

  /** The requests that count in a month by a position: what counted, less what was taken back. */
  countedIn(month: Month, position = this.entries.length): number {
    return this.sumOf(month, position, ({ charged, corrected }) => {
      if (charged !== null) return isCounted(charged.standing) ? 1 : 0;
      return corrected?.uncounts === true ? -1 : 0;
    });
  }

  /** The same for those past the allowance that are billed. */
  overageIn(month: Month, position = this.entries.length): number {
    return this.sumOf(month, position, (entry) =>
      this.unitOf(entry)?.standing === 'overage' ? this.signOf(entry) : 0,
    );
  }

  /** Requests past the allowance, and such that are taken back. */
  unitOf({ charged, corrected }: Entry): { readonly standing: string; readonly rate: bigint } | null {
    const subject = charged ?? (corrected?.uncounts === true ? this.chargeAt(corrected.position).charged : null);
    if (subject?.standing !== 'overage' && subject?.standing !== 'excess_unbilled') return null;
    return { standing: subject.standing, rate: subject.rate ?? 0n };
  }

  signOf({ charged }: Entry): 1 | -1 {
    return charged === null ? -1 : 1;
  }

  chargeAt(position: number): Entry {
    const entry = this.entries[position - 1];
    if (entry === undefined) throw new Error(`${this.id} has no entry ${position}`);
    return entry;
  }

  /** What was posted to correct a charge. */
  correctionsOf(position: number): Entry[] {
    return this.entries.filter(({ corrected }) => corrected?.position === position);
  }

  /** The plan that judges a month at a moment: what includes more takes effect at once, what includes less waits. */
  planIn(month: Month, now: number): string {
    const until = Math.min(now, month.end - 1);
    let plan = this.assignedAt(month.start);
    const turns = this.terms.filter(({ type, from }) => type === 'plan' && from > month.start && from <= until);
    for (const { from } of turns.sort((one, other) => one.from - other.from)) {
      const assigned = this.assignedAt(from);
      if (this.rulesOf(assigned).included >= this.rulesOf(plan).included) plan = assigned;
    }
    return plan;
  }

  assignedAt(moment: number): string {
    return this.lastOf('plan', moment)?.plan ?? this.firstPlan;
  }

  isOverageOnAt(moment: number): boolean {
    return this.lastOf('overage', moment)?.isOn ?? false;
  }

  /** Of those that have taken effect, the one that did last; of two at once, the one that was made last. */
  private lastOf<Type extends TermsTold['type']>(
    type: Type,
    moment: number,
  ): Extract<TermsTold, { type: Type }> | null {
    let last: TermsTold | null = null;
    for (const told of this.terms) {
      if (told.type === type && told.from <= moment && (last === null || told.from >= last.from)) last = told;
    }
    return last as Extract<TermsTold, { type: Type }> | null;
  }

  private sumOf(month: Month, position: number, worth: (entry: Entry) => number): number {
    return this.entries
      .slice(0, position)
      .filter(({ occurredAt }) => occurredAt >= month.start && occurredAt < month.end)
      .reduce((sum, entry) => sum + worth(entry), 0);
  }
}

export interface Month {
  readonly start: number;
  /** Not within it any more. */
  readonly end: number;
}

/** The calendar month in UTC, by its written form. */
export function monthOf(moment: number): Month {
  const [year = '', month = ''] = new Date(moment).toISOString().split('-');
  const next = month === '12' ? `${Number(year) + 1}-01` : `${year}-${String(Number(month) + 1).padStart(2, '0')}`;
  return { start: Date.parse(`${year}-${month}-01T00:00:00Z`), end: Date.parse(`${next}-01T00:00:00Z`) };
}

function isCounted(standing: string): boolean {
  return !['repeated', 'exempt'].includes(standing);
}
