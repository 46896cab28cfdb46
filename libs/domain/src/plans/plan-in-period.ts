import { assert } from '../assert';
import { inForceAt, type Terms } from '../organization/terms';
import type { BillingPeriod } from '../time/billing-period';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import type { Plan } from './plan';
import type { PlanCatalogue } from './plan-catalogue';
import { DEFAULT_PLAN_ID } from './seeded-plans';

/**
 * The plan that an organization is assigned to at a moment, in the version that is in force then. Who was created on a
 * plan is on it from the beginning of time, and so by its first version also before that took effect.
 */
export function planAt(terms: Terms, plans: PlanCatalogue, at: Instant): Plan {
  const id = inForceAt(terms.plans, at)?.change.planId ?? DEFAULT_PLAN_ID;
  const plan = plans.inForce(id, at) ?? firstVersion(plans.versionsOf(id));
  assert(plan !== null, 'a plan is assigned only when it is published');
  return plan;
}

function firstVersion(versions: readonly Plan[]): Plan | null {
  return versions.reduce<Plan | null>(
    (first, version) => (first === null || version.effectiveAt < first.effectiveAt ? version : first),
    null,
  );
}

/**
 * The plan by which a period's requests are judged at `now`. It begins as the plan that was in force at the period's
 * start. A change that includes as many requests or more takes effect at its instant, for what is posted from then on; one that
 * includes fewer waits, with all that it brings, until the next period begins. A period that is over is judged
 * by what took effect before its end.
 */
export function planInPeriod(terms: Terms, plans: PlanCatalogue, period: BillingPeriod, now: Instant): Plan {
  const until = now < period.end ? now : instantOfMilliseconds(period.end - 1);
  let current = planAt(terms, plans, period.start);
  if (until <= period.start) return current;
  for (const moment of changesWithin(terms, plans, period.start, until)) {
    const candidate = planAt(terms, plans, moment);
    if (candidate.includedRequests >= current.includedRequests) current = candidate;
  }
  return current;
}

const NO_MOMENTS: readonly Instant[] = [];

/** The moments in (after, until] at which the plan or its version changes, ascending; the empty list costs nothing. */
function changesWithin(terms: Terms, plans: PlanCatalogue, after: Instant, until: Instant): readonly Instant[] {
  const assigned = inForceAt(terms.plans, after)?.change.planId ?? DEFAULT_PLAN_ID;
  let moments = versionMoments(plans, assigned, after, until);
  for (const { effectiveAt, change } of terms.plans) {
    if (effectiveAt <= after || effectiveAt > until) continue;
    moments = [...moments, effectiveAt, ...versionMoments(plans, change.planId, after, until)];
  }
  return moments.length < 2 ? moments : [...moments].sort((left, right) => left - right);
}

function versionMoments(plans: PlanCatalogue, id: string, after: Instant, until: Instant): readonly Instant[] {
  const versions = plans.versionsOf(id);
  if (versions.length < 2) return NO_MOMENTS;
  return versions
    .map(({ effectiveAt }) => effectiveAt)
    .filter((effectiveAt) => effectiveAt > after && effectiveAt <= until);
}
