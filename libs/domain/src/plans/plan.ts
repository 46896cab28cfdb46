import type { Amount } from '../money/amount';
import type { Instant } from '../time/instant';
import type { Origin, Outcome } from '../usage/usage-event';

/** What a plan may or may not let an organization do, beside the number of requests. */
export const PLAN_FEATURES = ['playground', 'byok', 'priority_tier', 'team_budgets'] as const;
export type PlanFeature = (typeof PLAN_FEATURES)[number];

/** How admission bounds what a request may cost: `strict` by its upper bound, so that no limit is passed. */
export const ADMISSION_MODES = ['strict'] as const;
export type AdmissionMode = (typeof ADMISSION_MODES)[number];

/** What a client does while admission itself cannot be asked: refuse, or let pass up to an exposure. */
export type FailurePolicy = { readonly type: 'closed' } | { readonly type: 'open'; readonly exposure: Amount };

/** Which usage counts against the allowance. */
export interface CountingRules {
  readonly outcomes: readonly Outcome[];
  readonly origins: readonly Origin[];
  readonly cacheHits: boolean;
}

/** How much admission sets aside for a request, and for how long. */
export interface HoldTerms {
  readonly lifetimeSeconds: number;
  /** Output tokens that a request is bounded by when it states no maximum. */
  readonly assumedOutputTokens: number;
}

/** What an operator states of a plan. */
export interface PlanDraft {
  readonly id: string;
  readonly name: string;
  /** Requests of one billing period that cost nothing beside their credits. */
  readonly includedRequests: number;
  /** What each request past them costs, through Stripe; null where the plan permits none. */
  readonly overageRate: Amount | null;
  readonly features: readonly PlanFeature[];
  /** Applied to organizations with which no markup of their own was agreed. */
  readonly markupBasisPoints: number;
  readonly hold: HoldTerms;
  readonly admissionMode: AdmissionMode;
  readonly failurePolicy: FailurePolicy;
  readonly counting: CountingRules;
}

/** A published draft. Versions are numbered over all plans, and never changed. */
export interface Plan extends PlanDraft {
  readonly version: number;
  readonly contentHash: string;
  readonly effectiveAt: Instant;
  readonly publishedAt: Instant;
}

export function hasFeature(plan: PlanDraft, feature: PlanFeature): boolean {
  return plan.features.includes(feature);
}
