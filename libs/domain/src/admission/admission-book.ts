import { assert } from '../assert';
import { addAmounts, type Amount, negateAmount, subtractAmounts, ZERO_AMOUNT } from '../money/amount';
import type { Instant } from '../time/instant';
import type { AdmissionLimits, AdmissionRequest } from './admission-limits';
import { BudgetWatch } from './budget-watch';
import {
  type AdmissionRefusal,
  type AdmissionRemainder,
  admissionRemainder,
  type AdmissionStanding,
  decideAdmission,
} from './decide-admission';
import { expiryOf, type Hold, type HoldKey } from './hold';
import { HoldBook } from './hold-book';
import { PeriodUses } from './period-uses';
import type { AdmissionSnapshot, SettledHold, SettlementBatch, SettlementOutcome, SettlingEntry } from './settlement';
import { addOvershoot, NO_OVERSHOOT, type Overshoot, type OvershootCause } from './overshoot';

export interface AdmissionQuestion {
  readonly request: AdmissionRequest;
  readonly limits: AdmissionLimits;
  /** What the hold is called when there is to be one. */
  readonly holdId: string;
  readonly now: Instant;
}

export type AdmissionDecision =
  | { readonly type: 'admitted'; readonly hold: Hold; readonly remaining: AdmissionRemainder }
  /** It was asked before, and the hold is still open: the same answer, and no second hold. */
  | { readonly type: 'repeated'; readonly hold: Hold; readonly remaining: AdmissionRemainder }
  /** The attempt has run and was settled; it cannot run again. */
  | { readonly type: 'settled' }
  | { readonly type: 'refused'; readonly refusal: AdmissionRefusal; readonly remaining: AdmissionRemainder };

/**
 * All that admission knows of one organization, changed in place by what happens to it. No decision is made to admit when
 * spent + held + its own bound would pass a limit; what passes one later is told by its cause.
 */
export class AdmissionBook {
  readonly holds: HoldBook;
  private ledgerPosition: number;
  private ledgerBalance: Amount;
  private readonly uses: PeriodUses;
  private passed: Overshoot = NO_OVERSHOOT;
  private readonly budgets = new BudgetWatch((teamId, periodStart) =>
    addAmounts(this.uses.spentBy(teamId, periodStart), this.holds.openAmountOf(teamId)),
  );

  constructor({ position, balance, uses, holds, settled, leaked }: AdmissionSnapshot) {
    this.holds = new HoldBook(leaked);
    this.ledgerPosition = position;
    this.ledgerBalance = balance;
    this.uses = new PeriodUses(uses);
    for (const hold of holds) this.holds.open(hold);
    for (const { hold } of settled) this.holds.open(hold);
    this.endSettled(settled);
  }

  get position(): number {
    return this.ledgerPosition;
  }

  get balance(): Amount {
    return this.ledgerBalance;
  }

  /** How far the credits were overdrawn, ever, by cause. */
  get overshoot(): Overshoot {
    return this.passed;
  }

  /** The same of the budgets of teams. */
  get budgetOvershoot(): Overshoot {
    return this.budgets.overshoot;
  }

  /** Decides, and holds what it admits; all or nothing. Holds that have expired by now are given back first. */
  decide({ request, limits, holdId, now }: AdmissionQuestion): AdmissionDecision {
    this.expire(now);
    const known = this.holds.find(request);
    if (known?.state === 'settled') return { type: 'settled' };
    if (known !== null) return { type: 'repeated', hold: known.hold, remaining: this.remainderFor(request, limits) };
    if (request.teamId !== null) this.budgets.learn(request.teamId, limits.teamLimit, limits.period.start);
    const verdict = decideAdmission(limits, this.standingFor(request, limits));
    if (verdict.type === 'refused') {
      return { type: 'refused', refusal: verdict.refusal, remaining: this.remainderFor(request, limits) };
    }
    const { requestId, attemptId, teamId } = request;
    const expiresAt = expiryOf(now, limits.plan.hold.lifetimeSeconds);
    const hold = { holdId, requestId, attemptId, teamId, amount: verdict.amount, admittedAt: now, expiresAt };
    this.holds.open(hold);
    return { type: 'admitted', hold, remaining: this.remainderFor(request, limits) };
  }

  /** Absorbs what was posted since: balance, counts and settled holds together, in the order of the ledger. */
  settle(batch: SettlementBatch): SettlementOutcome {
    if (batch.to <= this.ledgerPosition) return { type: 'ignored' };
    if (batch.from !== this.ledgerPosition) return { type: 'gap', position: this.ledgerPosition };
    assert(batch.entries.length === batch.to - batch.from, 'a settlement holds every entry of its stretch');
    const settled: Hold[] = [];
    for (const entry of batch.entries) {
      if (entry.type === 'credit') this.addCredit(entry.amount);
      else if (entry.type === 'correction') this.correct(entry);
      else settled.push(...this.settleUsage(entry));
    }
    this.ledgerPosition = batch.to;
    return { type: 'applied', settled };
  }

  /**
   * Goes on from a later position of the ledger, of which nobody handed in the entries before. What is held, was settled or
   * has leaked stays known; it may not have been written down when the snapshot was taken.
   */
  reload({ position, balance, uses, settled }: AdmissionSnapshot): void {
    assert(position >= this.ledgerPosition, 'a ledger is not unlearnt');
    const before = this.available();
    this.ledgerPosition = position;
    this.ledgerBalance = balance;
    this.uses.replace(uses);
    this.endSettled(settled);
    this.note('late_settlement', before);
    this.budgets.noteAll('late_settlement');
  }

  release(key: HoldKey, now: Instant): Hold | null {
    this.expire(now);
    const before = this.available();
    const hold = this.holds.release(key);
    this.noteGivenBack(before, hold === null ? [] : [hold]);
    return hold;
  }

  /** Gives back what nobody settled or released in time. @returns the holds that leaked. */
  expire(now: Instant): readonly Hold[] {
    const before = this.available();
    const leaked = this.holds.expire(now);
    this.noteGivenBack(before, leaked);
    return leaked;
  }

  /** The numbers of the moment that a request is judged by. */
  standingFor(request: Pick<AdmissionRequest, 'requestId' | 'teamId'>, { period }: AdmissionLimits): AdmissionStanding {
    const { teamId, requestId } = request;
    return {
      balance: this.ledgerBalance,
      held: this.holds.openAmount,
      requestsUsed: this.uses.requestsIn(period.start),
      requestsHeld: this.holds.openRequests,
      needsSlot: this.holds.needsSlot(requestId),
      teamSpent: teamId === null ? ZERO_AMOUNT : this.uses.spentBy(teamId, period.start),
      teamHeld: teamId === null ? ZERO_AMOUNT : this.holds.openAmountOf(teamId),
    };
  }

  private remainderFor(request: AdmissionRequest, limits: AdmissionLimits): AdmissionRemainder {
    return admissionRemainder(limits, this.standingFor(request, limits));
  }

  private addCredit(amount: Amount): void {
    const before = this.available();
    this.ledgerBalance = addAmounts(this.ledgerBalance, amount);
    this.note('refund', before);
  }

  private correct(correction: Extract<SettlingEntry, { type: 'correction' }>): void {
    this.addCredit(correction.credit);
    this.uses.correct(correction);
    this.budgets.note(correction.teamId, 'refund');
  }

  private settleUsage(usage: Extract<SettlingEntry, { type: 'usage' }>): Hold[] {
    const before = this.available();
    const hold = usage.isServed ? this.holds.settle(usage) : null;
    this.ledgerBalance = addAmounts(this.ledgerBalance, negateAmount(usage.charge));
    const cause = hold === null ? 'late_settlement' : 'above_hold';
    this.note(cause, before);
    if (usage.isRequestCounted) this.holds.countRequest(usage.requestId);
    this.uses.add(usage);
    this.budgets.note(usage.teamId, cause);
    if (hold !== null && hold.teamId !== usage.teamId) this.budgets.note(hold.teamId, cause);
    return hold === null ? [] : [hold];
  }

  private endSettled(settled: readonly SettledHold[]): void {
    for (const { hold, isRequestCounted } of settled) {
      const booked = this.holds.find(hold);
      if (booked?.state === 'open' && booked.hold.holdId === hold.holdId) this.holds.settle(hold);
      if (isRequestCounted) this.holds.countRequest(hold.requestId);
    }
  }

  private available(): Amount {
    return subtractAmounts(this.ledgerBalance, this.holds.openAmount);
  }

  private noteGivenBack(before: Amount, holds: readonly Hold[]): void {
    assert(this.available() >= before, 'giving back leaves no less');
    this.note('late_settlement', before);
    for (const { teamId } of holds) this.budgets.note(teamId, 'late_settlement');
  }

  private note(cause: OvershootCause, before: Amount): void {
    this.passed = addOvershoot(this.passed, cause, before, this.available());
  }
}
