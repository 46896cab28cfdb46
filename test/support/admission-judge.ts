import type { AdmissionStore, HeldSummary, StoreAnswer } from '@floopy/application';
import type { AdmissionQuestion, Amount, Instant, OrganizationId, SettlingEntry } from '@floopy/domain';
import { ExcessAccount } from './excess-account';

type UsageEntry = Extract<SettlingEntry, { type: 'usage' }>;

interface SeenHold {
  readonly requestId: string;
  readonly attemptId: string | null;
  readonly teamId: string | null;
  readonly units: bigint;
  readonly expiresAt: Instant;
  readonly holdId: string;
  end: 'settled' | 'released' | null;
}

/**
 * Watches a store from outside and keeps plain lists, which it counts through each time. It predicts nothing: it says of each
 * answer whether it was right. Shares no code with what it judges.
 */
export class AdmissionJudge {
  private readonly holds: SeenHold[] = [];
  private readonly ledger: SettlingEntry[] = [];
  private readonly teamLimits = new Map<string, bigint>();
  private readonly credits = new ExcessAccount();
  private readonly budgets = new ExcessAccount();

  constructor(
    private readonly id: OrganizationId,
    private readonly openingUnits: bigint,
  ) {}

  get position(): number {
    return this.ledger.length;
  }

  /** Usage as posting would write it: the first served attempt of a request counts. */
  postUsage(
    stated: Pick<UsageEntry, 'requestId' | 'attemptId' | 'teamId' | 'isServed' | 'charge'>,
    periodStart: Instant,
  ): UsageEntry {
    const isFirst = !this.isCounted(stated.requestId);
    const counts = stated.isServed && isFirst;
    const entry: UsageEntry = { type: 'usage', ...stated, periodStart, counts, isRequestCounted: counts || !isFirst };
    this.post(entry);
    return entry;
  }

  post(entry: SettlingEntry): void {
    this.ledger.push(entry);
    if (entry.type !== 'usage') return this.recount('refund');
    const own = this.holds.find((hold) => hold.end === null && matches(hold, entry.requestId, entry.attemptId));
    const whole = this.holds.find((hold) => hold.end === null && matches(hold, entry.requestId, null));
    const settled = entry.isServed ? (own ?? whole) : undefined;
    if (settled !== undefined) settled.end = 'settled';
    this.recount(settled === undefined ? 'late_settlement' : 'above_hold');
  }

  release(requestId: string, attemptId: string | null, now: Instant): string {
    const found = this.openAt(now).find((hold) => matches(hold, requestId, attemptId));
    if (found === undefined) return 'not_open';
    found.end = 'released';
    this.recount('a release takes nothing');
    return 'released';
  }

  /** Forgets what has expired, as the store does with every call that names the time. */
  expire(now: Instant): void {
    for (const hold of this.holds) if (hold.end === null && hold.expiresAt <= now) hold.end = 'released';
    this.recount('an expiry takes nothing');
  }

  /** @returns what is wrong with an answer, or null. */
  faultOf({ request, limits, now }: AdmissionQuestion, answer: StoreAnswer): string | null {
    const open = this.openAt(now);
    const known = this.faultOfKnownKey(request, answer, now);
    if (known !== undefined) return known;
    const { requestId, teamId } = request;
    if (teamId !== null && limits.teamLimit !== null) this.teamLimits.set(teamId, limits.teamLimit);
    this.recount('lowered_limit');
    const needed = limits.cost.type === 'bounded' ? limits.cost.amount : 0n;
    const passed = [
      ...(this.passesAllowance(requestId, limits, open) ? ['monthly_limit_reached'] : []),
      ...(this.passesBudget(teamId, limits, open, needed) ? ['team_budget_reached'] : []),
      ...(this.balance() - sumOf(open) < needed ? ['insufficient_credits'] : []),
    ];
    if (answer.type === 'admitted') {
      this.note(answer.hold);
      return passed.length === 0 ? null : `admitted although ${passed.join(' and ')}`;
    }
    if (answer.type !== 'refused') return `answered ${answer.type}`;
    return this.isRefusedRightly(answer.refusal.code, passed[0], limits, open);
  }

  /** @returns what the store's own numbers have wrong, or null. */
  async faultOfSummary(store: AdmissionStore, now: Instant): Promise<string | null> {
    const summary = await store.summary(this.id, now);
    this.expire(now);
    const open = this.openAt(now);
    if (summary === null) return 'the organization is gone';
    if (summary.held !== sumOf(open)) return `holds ${summary.held}, not ${sumOf(open)}`;
    if (summary.openHolds !== open.length) return `has ${summary.openHolds} open, not ${open.length}`;
    if (summary.balance !== this.balance()) return `has a balance of ${summary.balance}, not ${this.balance()}`;
    return (
      this.faultByTeam(summary, open) ??
      this.credits.faultOf(summary.overshoot) ??
      this.budgets.faultOf(summary.budgetOvershoot)
    );
  }

  private faultByTeam({ heldByTeam }: HeldSummary, open: readonly SeenHold[]): string | null {
    for (const team of new Set([...heldByTeam.keys(), ...open.map(({ teamId }) => teamId)])) {
      const [told, held] = [heldByTeam.get(team) ?? 0n, sumOf(open.filter(({ teamId }) => teamId === team))];
      if (told !== held) return `holds ${told} for ${team ?? 'no team'}, not ${held}`;
    }
    return null;
  }

  /** Everything that passes a limit by now, added up anew; what is more than before has this cause. */
  private recount(cause: string): void {
    const open = this.holds.filter(({ end }) => end === null);
    this.credits.tell('credits', excessOf(sumOf(open), this.balance()), cause);
    for (const [team, limit] of this.teamLimits) {
      const used = this.spentBy(team) + sumOf(open.filter(({ teamId }) => teamId === team));
      this.budgets.tell(team, excessOf(used, limit), cause);
    }
  }

  /** @returns undefined when the key is neither open nor settled: the answer is a decision. */
  private faultOfKnownKey(
    { requestId, attemptId }: AdmissionQuestion['request'],
    answer: StoreAnswer,
    now: Instant,
  ): string | null | undefined {
    const isOpen = this.openAt(now).some((hold) => matches(hold, requestId, attemptId));
    const isSettled = this.holds.some(
      (hold) => hold.end === 'settled' && matches(hold, requestId, attemptId) && hold.expiresAt > now,
    );
    if (isOpen) return answer.type === 'repeated' ? null : 'an open key was not answered with its hold';
    if (isSettled) return answer.type === 'settled' ? null : 'a settled key was decided again';
    if (answer.type !== 'settled') return undefined;
    return this.wasSettled(requestId, attemptId) ? null : 'was never settled';
  }

  private note(hold: {
    holdId: string;
    requestId: string;
    attemptId: string | null;
    teamId: string | null;
    amount: Amount;
    expiresAt: Instant;
  }): void {
    this.holds.push({ ...hold, units: hold.amount, end: null });
  }

  private openAt(now: Instant): SeenHold[] {
    return this.holds.filter((hold) => hold.end === null && hold.expiresAt > now);
  }

  wasSettled(requestId: string, attemptId: string | null): boolean {
    return this.holds.some((hold) => hold.end === 'settled' && matches(hold, requestId, attemptId));
  }

  private isCounted(requestId: string): boolean {
    return this.ledger.some((entry) => entry.type === 'usage' && entry.counts && entry.requestId === requestId);
  }

  /**
   * That a request was counted is known while a hold of it is remembered. Before and after, it takes a slot like any other,
   * for as long as it is open: the allowance may refuse for a moment, and never admits too many.
   */
  private isRefusedRightly(
    code: string,
    expected: string | undefined,
    limits: AdmissionQuestion['limits'],
    open: SeenHold[],
  ): string | null {
    const slots = new Set(open.map((hold) => hold.requestId)).size;
    const isCautious =
      code === 'monthly_limit_reached' && this.countedRequests() + slots + 1 > limits.plan.includedRequests;
    return isCautious || code === expected ? null : `refused as ${code}, not ${expected}`;
  }

  private countedRequests(): number {
    const counted = this.ledger.filter((entry) => entry.type === 'usage' && entry.counts).length;
    return counted - this.ledger.filter((entry) => entry.type === 'correction' && entry.uncounts).length;
  }

  private balance(): bigint {
    return this.ledger.reduce((sum, entry) => sum + changeOf(entry), this.openingUnits);
  }

  private passesAllowance(requestId: string, limits: AdmissionQuestion['limits'], open: SeenHold[]): boolean {
    const waiting = new Set(open.map((hold) => hold.requestId).filter((held) => !this.isCounted(held)));
    if (limits.isOverageBilled || waiting.has(requestId) || this.isCounted(requestId)) return false;
    return this.countedRequests() + waiting.size + 1 > limits.plan.includedRequests;
  }

  private passesBudget(
    teamId: string | null,
    limits: AdmissionQuestion['limits'],
    open: SeenHold[],
    needed: bigint,
  ): boolean {
    if (limits.teamLimit === null) return false;
    return this.spentBy(teamId) + sumOf(open.filter((hold) => hold.teamId === teamId)) + needed > limits.teamLimit;
  }

  private spentBy(teamId: string | null): bigint {
    return this.ledger.reduce(
      (sum, entry) => (entry.type !== 'credit' && entry.teamId === teamId ? sum - changeOf(entry) : sum),
      0n,
    );
  }
}

/** What an entry adds to the balance. */
function changeOf(entry: SettlingEntry): bigint {
  if (entry.type === 'credit') return entry.amount;
  return entry.type === 'correction' ? entry.credit : -entry.charge;
}

function excessOf(used: bigint, limit: bigint): bigint {
  return used > limit ? used - limit : 0n;
}

function matches(hold: SeenHold, requestId: string, attemptId: string | null): boolean {
  return hold.requestId === requestId && hold.attemptId === attemptId;
}

function sumOf(holds: readonly SeenHold[]): bigint {
  return holds.reduce((sum, hold) => sum + hold.units, 0n);
}
