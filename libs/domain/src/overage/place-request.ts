import type { Amount } from '../money/amount';
import { isOverageOn, type Terms } from '../organization/terms';
import type { CountingRules, Plan } from '../plans/plan';
import type { UsageEvent } from '../usage/usage-event';

/**
 * How an attempt stands against its period's allowance. The first three count its request; `repeated` was counted at an
 * earlier attempt, and `exempt` is of a kind that the plan does not count.
 */
export const REQUEST_STANDINGS = ['included', 'overage', 'excess_unbilled', 'repeated', 'exempt'] as const;
export type RequestStanding = (typeof REQUEST_STANDINGS)[number];

/** What its plan made of an attempt when it was posted: decided once, in ledger order, and never computed again. */
export interface AppliedPlan {
  readonly planVersion: number;
  readonly standing: RequestStanding;
  /** What the request costs beside its credits, through Stripe; null on everything but `overage`. */
  readonly overageRate: Amount | null;
}

/** What is known of a request's period and of the request when it is posted. */
export interface PlacingTerms {
  /** The plan in force in the period that holds `occurredAt`. */
  readonly plan: Plan;
  /** Requests that have counted in that period, in ledger order. */
  readonly requestsCounted: number;
  /** Whether an earlier attempt of the same request was counted, in whatever period. */
  readonly requestAlreadyCounted: boolean;
  /** Asked only of a request past the allowance: whether overage was on when it occurred. */
  readonly terms: Terms;
}

/** What placing asks of an attempt. */
export type PlacedAttempt = Pick<UsageEvent, 'outcome' | 'origin' | 'cacheHit' | 'occurredAt'>;

/** Places an attempt: the first served one of its request counts, included up to the allowance, then as overage if that was on. */
export function placeRequest(event: PlacedAttempt, placing: PlacingTerms): AppliedPlan {
  const { plan } = placing;
  const planVersion = plan.version;
  if (!isCounted(event, plan.counting)) return { planVersion, standing: 'exempt', overageRate: null };
  if (placing.requestAlreadyCounted) return { planVersion, standing: 'repeated', overageRate: null };
  if (placing.requestsCounted < plan.includedRequests) return { planVersion, standing: 'included', overageRate: null };
  // It was served all the same; but nobody had agreed to pay more for it.
  if (plan.overageRate === null || !isOverageOn(placing.terms, event.occurredAt)) {
    return { planVersion, standing: 'excess_unbilled', overageRate: null };
  }
  return { planVersion, standing: 'overage', overageRate: plan.overageRate };
}

function isCounted(event: PlacedAttempt, { outcomes, origins, cacheHits }: CountingRules): boolean {
  return outcomes.includes(event.outcome) && origins.includes(event.origin) && (cacheHits || !event.cacheHit);
}

/** Whether an attempt with this standing is the one for which its request counts. */
export function countsRequest(standing: RequestStanding): boolean {
  return standing === 'included' || standing === 'overage' || standing === 'excess_unbilled';
}
