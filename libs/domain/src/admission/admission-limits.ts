import type { Amount } from '../money/amount';
import { isOverageOn, type OrganizationStatus, statusAt, type Terms } from '../organization/terms';
import { hasFeature, type Plan, type PlanFeature } from '../plans/plan';
import type { PlanCatalogue } from '../plans/plan-catalogue';
import { planInPeriod } from '../plans/plan-in-period';
import type { PriceBook } from '../pricing/price-book';
import { type BillingPeriod, periodHolding } from '../time/billing-period';
import type { Instant } from '../time/instant';
import type { Origin } from '../usage/usage-event';
import { boundCost, type CostBound, type IntendedRequest } from './bound-cost';

/** A request that asks whether it may run. */
export interface AdmissionRequest extends Omit<IntendedRequest, 'maxOutputTokens'> {
  readonly requestId: string;
  readonly attemptId: string | null;
  readonly teamId: string | null;
  readonly origin: Origin;
  /** Null where it states none: its plan's assumption bounds it. */
  readonly maxOutputTokens: number | null;
}

/** What a decision is made on beside the numbers of the moment: the organization's terms, applied to one request. */
export interface AdmissionLimits {
  /** The last change of the terms that these limits know. */
  readonly termsVersion: number;
  readonly status: OrganizationStatus;
  readonly cost: CostBound;
  /** A feature that the request needs and the plan lacks. */
  readonly missingFeature: PlanFeature | null;
  readonly plan: Plan;
  readonly period: BillingPeriod;
  /** Whether a request past the allowance is billed instead of refused. */
  readonly isOverageBilled: boolean;
  /** The most that the request's team may spend in the period; null where it has no limit, or no team. */
  readonly teamLimit: Amount | null;
}

export interface AdmissionTerms {
  readonly terms: Terms;
  readonly plans: PlanCatalogue;
  readonly book: PriceBook;
  /** What was agreed with the organization; null where its plan's markup applies. */
  readonly markupBasisPoints: number | null;
}

/** Applies an organization's terms to a request, as they are at `now`. */
export function admissionLimits(request: AdmissionRequest, known: AdmissionTerms, now: Instant): AdmissionLimits {
  const { terms, plans, book } = known;
  const period = periodHolding(terms.anchors, now);
  const plan = planInPeriod(terms, plans, period, now);
  const maxOutputTokens = request.maxOutputTokens ?? plan.hold.assumedOutputTokens;
  return {
    termsVersion: terms.version,
    status: statusAt(terms, now),
    cost: boundCost({ ...request, maxOutputTokens }, book, known.markupBasisPoints ?? plan.markupBasisPoints, now),
    missingFeature: featuresNeeded(request).find((feature) => !hasFeature(plan, feature)) ?? null,
    plan,
    period,
    isOverageBilled: plan.overageRate !== null && isOverageOn(terms, now),
    teamLimit: request.teamId === null ? null : (terms.teamBudgets.get(request.teamId) ?? null),
  };
}

function featuresNeeded({ origin, credential, serviceTier }: AdmissionRequest): PlanFeature[] {
  return [
    ...(origin === 'playground' ? (['playground'] as const) : []),
    ...(credential === 'byok' ? (['byok'] as const) : []),
    ...(serviceTier === 'priority' ? (['priority_tier'] as const) : []),
  ];
}
