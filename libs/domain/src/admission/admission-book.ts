import { assert } from '../assert';
import { addAmounts, type Amount, negateAmount, subtractAmounts, ZERO_AMOUNT } from '../money/amount';
import type { Instant } from '../time/instant';
import type { AdmissionLimits, AdmissionRequest } from './admission-limits';
import {
  type AdmissionRefusal,
  type AdmissionRemainder,
  admissionRemainder,
  type AdmissionStanding,
  decideAdmission,
} from './decide-admission';
import { expiryOf, type Hold, type HoldKey } from './hold';
import { HoldBook } from './hold-book';
import type { AdmissionSnapshot, SettlementBatch, SettlementOutcome, SettlingEntry } from './settlement';
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

interface MutableUse {
  requests: number;
  readonly teamSpend: Map<string, Amount>;
}

/**
 * All that admission knows of one organization, changed in place by what happens to it. No decision is made to admit when
 * spent + held + its own bound would pass a limit; what passes one later is told by its cause.
 */
export class AdmissionBook {
  readonly holds = new HoldBook();
  private ledgerPosition: number;
  private ledgerBalance: Amount;
  /** By period, so that a new period begins at nothing without anybody resetting it. */
  private readonly uses = new Map<Instant, MutableUse>();
  private passed: Overshoot = NO_OVERSHOOT;

  constructor({ position, balance, uses, holds }: AdmissionSnapshot) {
    this.ledgerPosition = position;
    this.ledgerBalance = balance;
    for (const { periodStart, requests, teamSpend } of uses) {
      this.uses.set(periodStart, { requests, teamSpend: new Map(teamSpend) });
    }
    for (const hold of holds) this.holds.open(hold);
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

  /** Decides, and holds what it admits; all or nothing. Holds that have expired by now are given back first. */
  decide({ request, limits, holdId, now }: AdmissionQuestion): AdmissionDecision {
    this.expire(now);
    const known = this.holds.find(request);
    if (known?.state === 'settled') return { type: 'settled' };
    if (known !== null) return { type: 'repeated', hold: known.hold, remaining: this.remainderFor(request, limits) };
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
      const hold = entry.type === 'usage' ? this.settleUsage(entry) : this.addCredit(entry.amount);
      if (hold !== null) settled.push(hold);
    }
    this.ledgerPosition = batch.to;
    return { type: 'applied', settled };
  }

  release(key: HoldKey, now: Instant): Hold | null {
    this.expire(now);
    const before = this.available();
    const hold = this.holds.release(key);
    this.note(null, before);
    return hold;
  }

  /** Gives back what nobody settled or released in time. @returns the holds that leaked. */
  expire(now: Instant): readonly Hold[] {
    const before = this.available();
    const leaked = this.holds.expire(now);
    this.note(null, before);
    return leaked;
  }

  /** The numbers of the moment that a request is judged by. */
  standingFor(request: Pick<AdmissionRequest, 'requestId' | 'teamId'>, { period }: AdmissionLimits): AdmissionStanding {
    const use = this.uses.get(period.start);
    const { teamId, requestId } = request;
    return {
      balance: this.ledgerBalance,
      held: this.holds.openAmount,
      requestsUsed: use?.requests ?? 0,
      requestsHeld: this.holds.openRequests,
      needsSlot: this.holds.needsSlot(requestId),
      teamSpent: teamId === null ? ZERO_AMOUNT : (use?.teamSpend.get(teamId) ?? ZERO_AMOUNT),
      teamHeld: teamId === null ? ZERO_AMOUNT : this.holds.openAmountOf(teamId),
    };
  }

  private remainderFor(request: AdmissionRequest, limits: AdmissionLimits): AdmissionRemainder {
    return admissionRemainder(limits, this.standingFor(request, limits));
  }

  private addCredit(amount: Amount): null {
    const before = this.available();
    this.ledgerBalance = addAmounts(this.ledgerBalance, amount);
    this.note('refund', before);
    return null;
  }

  private settleUsage(usage: Extract<SettlingEntry, { type: 'usage' }>): Hold | null {
    const before = this.available();
    const hold = usage.isServed ? this.holds.settle(usage) : null;
    this.ledgerBalance = addAmounts(this.ledgerBalance, negateAmount(usage.charge));
    this.note(hold === null ? 'late_settlement' : 'above_hold', before);
    if (usage.isRequestCounted) this.holds.countRequest(usage.requestId);
    this.addUse(usage);
    return hold;
  }

  private addUse({ periodStart, counts, teamId, charge }: Extract<SettlingEntry, { type: 'usage' }>): void {
    const use = this.uses.get(periodStart) ?? { requests: 0, teamSpend: new Map<string, Amount>() };
    this.uses.set(periodStart, use);
    if (counts) use.requests += 1;
    if (teamId !== null) use.teamSpend.set(teamId, addAmounts(use.teamSpend.get(teamId) ?? ZERO_AMOUNT, charge));
  }

  private available(): Amount {
    return subtractAmounts(this.ledgerBalance, this.holds.openAmount);
  }

  /** @param cause null for what only gives back */
  private note(cause: OvershootCause | null, before: Amount): void {
    assert(cause !== null || this.available() >= before, 'giving back leaves no less');
    this.passed = addOvershoot(this.passed, cause ?? 'late_settlement', before, this.available());
  }
}
