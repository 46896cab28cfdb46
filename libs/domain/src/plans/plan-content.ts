import { canonicalJson } from '../canonical-json';
import { formatAmount } from '../money/amount';
import { contentIn, readPrice } from '../pricing/rate-card-content';
import { ORIGINS, OUTCOMES, type Origin, type Outcome } from '../usage/usage-event';
import { type AdmissionMode, type FailurePolicy, PLAN_FEATURES, type PlanDraft, type PlanFeature } from './plan';

/** A plan as JSON: amounts are decimal strings of cents. The shape of an entry in a file of plans. */
export type PlanContent = {
  readonly id: string;
  readonly name: string;
  readonly included_requests: number;
  readonly overage_rate: string | null;
  readonly features: readonly PlanFeature[];
  readonly markup_basis_points: number;
  readonly hold: { readonly lifetime_seconds: number; readonly assumed_output_tokens: number };
  readonly admission_mode: AdmissionMode;
  readonly failure_policy: FailurePolicyContent;
  readonly counting: {
    readonly outcomes: readonly Outcome[];
    readonly origins: readonly Origin[];
    /** 1 or 0: a canonical content knows no other flag. */
    readonly cache_hits: number;
  };
};

export type FailurePolicyContent = { readonly type: 'closed' } | { readonly type: 'open'; readonly exposure: string };

/** The canonical content of a plan, which is stored and hashed: keys sorted, lists in the order of their vocabulary. */
export function writePlanContent(plan: PlanDraft): string {
  return canonicalJson({
    id: plan.id,
    name: plan.name,
    included_requests: plan.includedRequests,
    overage_rate: plan.overageRate === null ? null : formatAmount(plan.overageRate),
    features: PLAN_FEATURES.filter((feature) => plan.features.includes(feature)),
    markup_basis_points: plan.markupBasisPoints,
    hold: { lifetime_seconds: plan.hold.lifetimeSeconds, assumed_output_tokens: plan.hold.assumedOutputTokens },
    admission_mode: plan.admissionMode,
    failure_policy: writeFailurePolicy(plan.failurePolicy),
    counting: {
      outcomes: OUTCOMES.filter((outcome) => plan.counting.outcomes.includes(outcome)),
      origins: ORIGINS.filter((origin) => plan.counting.origins.includes(origin)),
      cache_hits: plan.counting.cacheHits ? 1 : 0,
    },
  });
}

/** Reads what `writePlanContent` wrote. A file that people write goes through the contracts, which name its faults. */
export function readPlanContent(text: string): PlanDraft {
  return planOf(JSON.parse(text) as PlanContent);
}

/** The plan in a text that may have been changed in its store: null when it is no canonical content. */
export function planInContent(text: string): PlanDraft | null {
  return contentIn(text, readPlanContent, writePlanContent);
}

/** Takes a content of the right shape, with amounts that can be read, as the plan that it states. */
export function planOf(content: PlanContent): PlanDraft {
  return {
    id: content.id,
    name: content.name,
    includedRequests: content.included_requests,
    overageRate: content.overage_rate === null ? null : readPrice(content.overage_rate),
    features: content.features,
    markupBasisPoints: content.markup_basis_points,
    hold: {
      lifetimeSeconds: content.hold.lifetime_seconds,
      assumedOutputTokens: content.hold.assumed_output_tokens,
    },
    admissionMode: content.admission_mode,
    failurePolicy: readFailurePolicy(content.failure_policy),
    counting: {
      outcomes: content.counting.outcomes,
      origins: content.counting.origins,
      cacheHits: content.counting.cache_hits === 1,
    },
  };
}

function writeFailurePolicy(policy: FailurePolicy): FailurePolicyContent {
  return policy.type === 'closed' ? { type: 'closed' } : { type: 'open', exposure: formatAmount(policy.exposure) };
}

function readFailurePolicy(content: FailurePolicyContent): FailurePolicy {
  return content.type === 'closed' ? { type: 'closed' } : { type: 'open', exposure: readPrice(content.exposure) };
}
