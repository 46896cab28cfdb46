import {
  type AppliedPlan,
  type BillingAnchor,
  type BillingPeriod,
  type Correction,
  countsRequest,
  formatAmount,
  type Instant,
  type LedgerEvent,
  NO_TERMS,
  type PeriodCount,
  periodHolding,
  placeRequest,
  type Plan,
  type PlanCatalogue,
  planInPeriod,
  type PostedUsage,
  projectTerms,
  type RecordedChange,
} from '@floopy/domain';
import type { Mismatch } from './verify-mismatch';
import type { PlansInTime } from './verify-plans';

type Finding = Pick<Mismatch, 'kind' | 'expected' | 'found'>;

/** What an organization's usage is judged by a second time. */
export interface JudgingTerms {
  /** Every change of its terms, in the order of their numbers. */
  readonly changes: readonly RecordedChange[];
  readonly plans: PlansInTime;
}

/** An entry of usage with what it says of its plan, and the period that it belongs to. */
interface PlacedEntry {
  readonly event: LedgerEvent;
  readonly usage: PostedUsage;
  readonly plan: AppliedPlan;
  readonly period: BillingPeriod;
}

/**
 * Places every request a second time: under the changes that had been made before its entry, by the plans that were
 * published, and after as many requests as are stored as counted.
 */
export class StandingVerification {
  private terms = NO_TERMS;
  private changesApplied = 0;
  private readonly counts = new Map<Instant, number>();
  private latestStart: Instant | null = null;
  private lastPeriod: BillingPeriod | null = null;
  /** Whether an entry has said what its plan made of it: all that follow say it, too, and the head counts with them. */
  hasPlans = false;

  /** @param judging null where terms and plans were not kept: an entry is then only held to itself */
  constructor(private readonly judging: JudgingTerms | null) {}

  /** How periods are cut for the entry at hand. */
  get anchors(): readonly BillingAnchor[] {
    return this.terms.anchors;
  }

  /** What the latest period has come to by what is stored; null before the first request has counted. */
  get latest(): PeriodCount | null {
    if (this.latestStart === null) return null;
    return { periodStart: this.latestStart, requests: this.counts.get(this.latestStart) ?? 0 };
  }

  /** Takes the next entry of usage. @returns what is wrong with how it was placed; null when nothing is */
  take(event: LedgerEvent, usage: PostedUsage): Finding | null {
    this.applyChangesBefore(event.sequence);
    const period = this.periodOf(event.occurredAt);
    const fault = this.findFault(event, usage, period);
    this.hasPlans ||= usage.plan !== null;
    if (!usage.counted) return fault;
    // By what is stored, so that one wrong entry is one that is named.
    this.counts.set(period.start, (this.counts.get(period.start) ?? 0) + 1);
    if (this.latestStart === null || period.start > this.latestStart) this.latestStart = period.start;
    return fault;
  }

  /** Takes the next correction: what is taken out of a count leaves room for what comes after it. */
  takeCorrection(event: LedgerEvent, { uncounted }: Correction): void {
    this.applyChangesBefore(event.sequence);
    if (!uncounted) return;
    const { start } = this.periodOf(event.occurredAt);
    this.counts.set(start, (this.counts.get(start) ?? 0) - 1);
  }

  private findFault(event: LedgerEvent, usage: PostedUsage, period: BillingPeriod): Finding | null {
    const { plan } = usage;
    if (plan === null) {
      return this.hasPlans ? { kind: 'standing', expected: 'a plan, as on entries before it', found: 'none' } : null;
    }
    if (countsRequest(plan.standing) !== usage.counted) {
      return {
        kind: 'standing',
        expected: usage.counted ? 'that it counts' : 'that it does not',
        found: plan.standing,
      };
    }
    return this.judging === null ? null : this.findOtherPlace({ event, usage, plan, period }, this.judging.plans);
  }

  private findOtherPlace(placed: PlacedEntry, plans: PlansInTime): Finding | null {
    let other: Finding | null = null;
    for (const catalogue of plans.publishedBy(placed.event.recordedAt)) {
      const finding = findDifference(this.placeAgain(placed, catalogue), placed.plan);
      if (finding === null) return null;
      other ??= finding;
    }
    return other;
  }

  /** Whether the request had counted before is taken from the entry: `findRepetitions` judges it over all of them. */
  private placeAgain({ event, usage, plan, period }: PlacedEntry, catalogue: PlanCatalogue): AppliedPlan | null {
    const judge = this.planInForce(period, event.recordedAt, catalogue);
    if (judge === null) return null;
    const { outcome, origin, cacheHit } = usage;
    return placeRequest(
      { outcome, origin, cacheHit, occurredAt: event.occurredAt },
      {
        plan: judge,
        requestsCounted: this.counts.get(period.start) ?? 0,
        requestAlreadyCounted: plan.standing === 'repeated',
        terms: this.terms,
      },
    );
  }

  /** Null when it cannot be told: a version that was in force is not there any more. */
  private planInForce(period: BillingPeriod, recordedAt: Instant, catalogue: PlanCatalogue): Plan | null {
    try {
      return planInPeriod(this.terms, catalogue, period, recordedAt);
    } catch {
      return null;
    }
  }

  private applyChangesBefore(sequence: number): void {
    const changes = this.judging?.changes ?? [];
    for (;;) {
      const change = changes[this.changesApplied];
      if (change === undefined || change.position >= sequence) return;
      this.terms = projectTerms(this.terms, change);
      this.changesApplied += 1;
      this.lastPeriod = null;
    }
  }

  private periodOf(occurredAt: Instant): BillingPeriod {
    const { lastPeriod } = this;
    if (lastPeriod !== null && occurredAt >= lastPeriod.start && occurredAt < lastPeriod.end) return lastPeriod;
    this.lastPeriod = periodHolding(this.terms.anchors, occurredAt);
    return this.lastPeriod;
  }
}

function findDifference(expected: AppliedPlan | null, found: AppliedPlan): Finding | null {
  if (expected === null) return { kind: 'plan_version', expected: 'a published plan', found: `${found.planVersion}` };
  if (expected.planVersion !== found.planVersion) {
    return { kind: 'plan_version', expected: `${expected.planVersion}`, found: `${found.planVersion}` };
  }
  if (expected.standing !== found.standing) {
    return { kind: 'standing', expected: expected.standing, found: found.standing };
  }
  if (expected.overageRate === found.overageRate) return null;
  return { kind: 'overage_rate', expected: describeRate(expected), found: describeRate(found) };
}

function describeRate({ overageRate }: AppliedPlan): string {
  return overageRate === null ? 'none' : formatAmount(overageRate);
}
