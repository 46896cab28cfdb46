import { type AdmissionRefusal, assertNever, type FailurePolicy, formatAmount, formatInstant } from '@floopy/domain';
import { encodeFailurePolicy } from './failure-policy';
import { encodeProblem, type Problem, type ProblemParticulars } from './problem';

/** `POST /v1/admissions`, when the request may not run: the first limit that it would pass, with its figures. */
export function encodeAdmissionRefusal(refusal: AdmissionRefusal, policy: FailurePolicy): Problem {
  const particulars = { ...particularsOf(refusal), failure_policy: encodeFailurePolicy(policy) };
  return encodeProblem(refusal.code, detailOf(refusal), [], particulars);
}

function particularsOf(refusal: AdmissionRefusal): ProblemParticulars {
  switch (refusal.code) {
    case 'organization_suspended':
    case 'organization_closed':
      return {};
    case 'unpriced_model':
      return { provider: refusal.rate.provider, model: refusal.rate.model };
    case 'plan_required':
      return { feature: refusal.feature };
    case 'monthly_limit_reached':
      return {
        limit: refusal.limit,
        used: refusal.used,
        held: refusal.held,
        reset_at: formatInstant(refusal.resetsAt),
      };
    case 'team_budget_reached':
      return { ...moneyOf(refusal), reset_at: formatInstant(refusal.resetsAt) };
    case 'insufficient_credits':
      return moneyOf(refusal);
    default:
      return assertNever(refusal);
  }
}

type MoneyRefusal = Extract<AdmissionRefusal, { code: 'team_budget_reached' | 'insufficient_credits' }>;

function moneyOf({ limit, used, held, needed }: MoneyRefusal): ProblemParticulars {
  return {
    limit: formatAmount(limit),
    used: formatAmount(used),
    held: formatAmount(held),
    needed: formatAmount(needed),
  };
}

function detailOf(refusal: AdmissionRefusal): string {
  switch (refusal.code) {
    case 'organization_suspended':
      return 'The organization is suspended; none of its requests may run.';
    case 'organization_closed':
      return 'The organization is closed; none of its requests may run.';
    case 'unpriced_model':
      return `There is no rate for it: ${refusal.rate.missing} is missing.`;
    case 'plan_required':
      return `The plan does not include ${refusal.feature}.`;
    case 'monthly_limit_reached':
      return 'The plan includes no more requests in this billing period, and overage is off.';
    case 'team_budget_reached':
      return 'What the team has spent and holds leaves no room for this request in this billing period.';
    case 'insufficient_credits':
      return 'The balance without what is held is less than the most that this request may cost.';
    default:
      return assertNever(refusal);
  }
}
