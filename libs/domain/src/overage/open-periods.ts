import { assert } from '../assert';
import type { Terms } from '../organization/terms';
import type { Plan } from '../plans/plan';
import type { PlanCatalogue } from '../plans/plan-catalogue';
import { planInPeriod } from '../plans/plan-in-period';
import { type BillingPeriod, periodHolding } from '../time/billing-period';
import type { Instant } from '../time/instant';
import type { UsageEvent } from '../usage/usage-event';
import { type AppliedPlan, countsRequest, placeRequest } from './place-request';

/** The requests that have counted in a billing period. */
export interface PeriodCount {
  readonly periodStart: Instant;
  readonly requests: number;
}

/** What posting must know of an organization beside its stream, as it stands under the stream's lock. */
export interface PostingTerms {
  readonly terms: Terms;
  readonly plans: PlanCatalogue;
  /** The latest period in which a request has counted; every later one is empty. Null before the first. */
  readonly latest: PeriodCount | null;
  /** How many requests have counted in a period before `latest`; asked only of those that the batch reaches back to. */
  readonly countedEarlier: (periodStart: Instant) => number;
}

interface OpenPeriod {
  readonly period: BillingPeriod;
  readonly plan: Plan;
  requests: number;
  /** Whether a request has counted in it here; it may have been taken back since. */
  hasCounted: boolean;
}

/**
 * The periods of one organization that a batch posts in. It is asked for every event, and nearly always about the period
 * of the event before, which then costs two comparisons.
 */
export class OpenPeriods {
  private readonly open: OpenPeriod[] = [];

  constructor(
    private readonly posting: PostingTerms,
    private readonly now: Instant,
  ) {}

  /** The plan that decides about usage which occurred then. */
  planFor(occurredAt: Instant): Plan {
    return this.holding(occurredAt).plan;
  }

  periodOf(occurredAt: Instant): BillingPeriod {
    return this.holding(occurredAt).period;
  }

  /** Places an attempt, and counts its request when it is the first that is. */
  place(event: UsageEvent, requestAlreadyCounted: boolean): AppliedPlan {
    const period = this.holding(event.occurredAt);
    const applied = placeRequest(event, {
      plan: period.plan,
      requestsCounted: period.requests,
      requestAlreadyCounted,
      terms: this.posting.terms,
    });
    if (countsRequest(applied.standing)) {
      period.requests += 1;
      period.hasCounted = true;
    }
    return applied;
  }

  /** Takes a request out of the count again: what comes after it finds room in the allowance. */
  takeBack(occurredAt: Instant): void {
    const period = this.holding(occurredAt);
    assert(period.requests > 0, 'only what has counted is taken out of a count');
    period.requests -= 1;
  }

  /** What the latest period has come to; null when that has not changed. A period in which nothing has counted is none. */
  latest(): PeriodCount | null {
    const before = this.posting.latest;
    let latest = before;
    for (const { period, requests, hasCounted } of this.open) {
      const isSame = latest?.periodStart === period.start;
      const isLater = latest === null || period.start > latest.periodStart;
      if (isSame || (isLater && hasCounted)) latest = { periodStart: period.start, requests };
    }
    return latest?.periodStart === before?.periodStart && latest?.requests === before?.requests ? null : latest;
  }

  private holding(instant: Instant): OpenPeriod {
    for (const candidate of this.open) {
      if (instant >= candidate.period.start && instant < candidate.period.end) return candidate;
    }
    return this.begin(instant);
  }

  private begin(instant: Instant): OpenPeriod {
    const { terms, plans } = this.posting;
    const period = periodHolding(terms.anchors, instant);
    const plan = planInPeriod(terms, plans, period, this.now);
    const begun = { period, plan, requests: this.countedIn(period.start), hasCounted: false };
    this.open.push(begun);
    return begun;
  }

  private countedIn(periodStart: Instant): number {
    const { latest, countedEarlier } = this.posting;
    if (latest === null || periodStart > latest.periodStart) return 0;
    const requests = periodStart === latest.periodStart ? latest.requests : countedEarlier(periodStart);
    assert(requests >= 0, 'a period has counted no request or more');
    return requests;
  }
}

/**
 * What the latest period has come to when a request that had counted by usage of then is taken out of the count; null when it
 * counted in an earlier period.
 */
export function periodCountWithout(
  { terms, latest }: Pick<PostingTerms, 'terms' | 'latest'>,
  occurredAt: Instant,
): PeriodCount | null {
  const { start } = periodHolding(terms.anchors, occurredAt);
  if (latest?.periodStart !== start) return null;
  assert(latest.requests > 0, 'only what has counted is taken out of a count');
  return { periodStart: start, requests: latest.requests - 1 };
}

/** The starts of the periods before `latest` that usage at these times reaches back to: what must be counted first. */
export function earlierPeriods(
  { terms, latest }: Pick<PostingTerms, 'terms' | 'latest'>,
  occurred: readonly Instant[],
): Instant[] {
  if (latest === null || occurred.every((instant) => instant >= latest.periodStart)) return [];
  const starts = occurred
    .filter((instant) => instant < latest.periodStart)
    .map((instant) => periodHolding(terms.anchors, instant).start);
  return [...new Set(starts)];
}
