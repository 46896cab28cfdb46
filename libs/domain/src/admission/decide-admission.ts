import { addAmounts, type Amount, subtractAmounts, ZERO_AMOUNT } from '../money/amount';
import type { PlanFeature } from '../plans/plan';
import type { MissingRate } from '../pricing/price-usage';
import type { Instant } from '../time/instant';
import type { AdmissionLimits } from './admission-limits';

/** The numbers of the moment, each read at the same position of the ledger. */
export interface AdmissionStanding {
  readonly balance: Amount;
  /** What open holds have set aside. */
  readonly held: Amount;
  /** Requests that counted in the period. */
  readonly requestsUsed: number;
  /** Requests that were admitted and have not counted yet. */
  readonly requestsHeld: number;
  /** Whether the request takes a slot of the allowance, or another attempt of it already has. */
  readonly needsSlot: boolean;
  /** What the request's team spent in the period, and what is held for it. */
  readonly teamSpent: Amount;
  readonly teamHeld: Amount;
}

/** Why a request may not run, with what a caller needs to explain it. `resetsAt` is when the limit begins anew. */
export type AdmissionRefusal =
  | { readonly code: 'organization_suspended' | 'organization_closed' }
  | { readonly code: 'unpriced_model'; readonly rate: MissingRate }
  | { readonly code: 'plan_required'; readonly feature: PlanFeature }
  | {
      readonly code: 'monthly_limit_reached';
      readonly limit: number;
      readonly used: number;
      readonly held: number;
      readonly resetsAt: Instant;
    }
  | ({ readonly code: 'team_budget_reached'; readonly resetsAt: Instant } & MoneyLimit)
  | ({ readonly code: 'insufficient_credits' } & MoneyLimit);

interface MoneyLimit {
  readonly limit: Amount;
  readonly used: Amount;
  readonly held: Amount;
  /** The upper bound of the request's cost. */
  readonly needed: Amount;
}

/** What is left once a request was admitted, or without it when it was refused. */
export interface AdmissionRemainder {
  /** The balance without what is held. */
  readonly balance: Amount;
  /** Requests left of the allowance. */
  readonly requests: number;
  /** Null where there is no team, or no limit to its spending. */
  readonly teamBudget: Amount | null;
}

export type AdmissionVerdict =
  | { readonly type: 'admissible'; readonly amount: Amount }
  | { readonly type: 'refused'; readonly refusal: AdmissionRefusal };

/**
 * Decides whether a request may run, all or nothing. The first thing that stands in its way is named, in this order: the
 * organization, the rate, the feature, the allowance, the team's budget, the credits.
 */
export function decideAdmission(limits: AdmissionLimits, standing: AdmissionStanding): AdmissionVerdict {
  const { status, cost, missingFeature } = limits;
  if (status === 'suspended') return refused({ code: 'organization_suspended' });
  if (status === 'closed') return refused({ code: 'organization_closed' });
  if (cost.type === 'unpriced') return refused({ code: 'unpriced_model', rate: cost.rate });
  if (missingFeature !== null) return refused({ code: 'plan_required', feature: missingFeature });
  const refusal =
    refusalOfAllowance(limits, standing) ??
    refusalOfTeam(limits, standing, cost.amount) ??
    refusalOfCredits(standing, cost.amount);
  return refusal === null ? { type: 'admissible', amount: cost.amount } : refused(refusal);
}

function refused(refusal: AdmissionRefusal): AdmissionVerdict {
  return { type: 'refused', refusal };
}

function refusalOfAllowance(limits: AdmissionLimits, standing: AdmissionStanding): AdmissionRefusal | null {
  const { requestsUsed: used, requestsHeld: held, needsSlot } = standing;
  const limit = limits.plan.includedRequests;
  if (!needsSlot || limits.isOverageBilled || used + held < limit) return null;
  return { code: 'monthly_limit_reached', limit, used, held, resetsAt: limits.period.end };
}

function refusalOfTeam(
  { teamLimit: limit, period }: AdmissionLimits,
  { teamSpent: used, teamHeld: held }: AdmissionStanding,
  needed: Amount,
): AdmissionRefusal | null {
  if (limit === null || addAmounts(addAmounts(used, held), needed) <= limit) return null;
  return { code: 'team_budget_reached', limit, used, held, needed, resetsAt: period.end };
}

/** The limit is the balance: what was spent is no longer in it. */
function refusalOfCredits({ balance, held }: AdmissionStanding, needed: Amount): AdmissionRefusal | null {
  if (addAmounts(held, needed) <= balance) return null;
  return { code: 'insufficient_credits', limit: balance, used: ZERO_AMOUNT, held, needed };
}

/** What these numbers leave under the limits. */
export function admissionRemainder(limits: AdmissionLimits, standing: AdmissionStanding): AdmissionRemainder {
  const { teamLimit, plan } = limits;
  const teamUse = addAmounts(standing.teamSpent, standing.teamHeld);
  return {
    balance: subtractAmounts(standing.balance, standing.held),
    requests: Math.max(0, plan.includedRequests - standing.requestsUsed - standing.requestsHeld),
    teamBudget: teamLimit === null ? null : subtractAmounts(teamLimit, teamUse),
  };
}
