import type { Sha256 } from '../canonical-text';
import type { Instant } from '../time/instant';
import type { Plan, PlanDraft } from './plan';
import { writePlanContent } from './plan-content';
import { type PlanFault, validatePlan } from './validate-plan';

export type PlanDecision =
  | { readonly type: 'publishable'; readonly plan: Plan }
  /** The version of this plan that is in force at that time, or the last before it, says the same. */
  | { readonly type: 'already_published'; readonly plan: Plan }
  | { readonly type: 'refused'; readonly code: 'invalid_plan'; readonly faults: readonly PlanFault[] }
  /** What was posted under the plan as it was stays decided; a plan never changes the past. */
  | { readonly type: 'refused'; readonly code: 'takes_effect_in_the_past'; readonly now: Instant };

export interface PlanPublication {
  /** Every version that is published, of any plan. */
  readonly published: readonly Plan[];
  readonly effectiveAt: Instant;
  readonly now: Instant;
  readonly sha256: Sha256;
}

/**
 * Decides whether a draft becomes the next version of its plan. Whoever is on the plan follows its newest version, by
 * the same rule as if they had changed plans: what includes more takes effect at once, what includes less with the next period.
 */
export function decidePlan(draft: PlanDraft, { published, effectiveAt, now, sha256 }: PlanPublication): PlanDecision {
  const faults = validatePlan(draft);
  if (faults.length > 0) return { type: 'refused', code: 'invalid_plan', faults };
  const contentHash = sha256(writePlanContent(draft));
  const inForce = versionInForce(
    published.filter(({ id }) => id === draft.id),
    effectiveAt,
  );
  if (inForce?.contentHash === contentHash) return { type: 'already_published', plan: inForce };
  if (effectiveAt < now) return { type: 'refused', code: 'takes_effect_in_the_past', now };
  const version = published.reduce((newest, plan) => Math.max(newest, plan.version), 0) + 1;
  return { type: 'publishable', plan: { ...draft, version, contentHash, effectiveAt, publishedAt: now } };
}

/** Of the versions of one plan, the one that took effect last; the one published later where two did at once. */
export function versionInForce(versions: readonly Plan[], at: Instant): Plan | null {
  let inForce: Plan | null = null;
  for (const candidate of versions) {
    if (candidate.effectiveAt <= at && (inForce === null || tookEffectLater(candidate, inForce))) inForce = candidate;
  }
  return inForce;
}

function tookEffectLater(candidate: Plan, than: Plan): boolean {
  if (candidate.effectiveAt !== than.effectiveAt) return candidate.effectiveAt > than.effectiveAt;
  return candidate.version > than.version;
}
