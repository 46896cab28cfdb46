import {
  type BillingPeriod,
  type Instant,
  periodHolding,
  type Plan,
  planCatalogueOf,
  planInPeriod,
  type Terms,
} from '@floopy/domain';

/** Where an organization stands with its plan at a moment. */
export interface PlanStanding {
  readonly period: BillingPeriod;
  /** The plan by which the running period's requests are judged. */
  readonly plan: Plan;
  /** What follows by the end of the running period, as far as it is known now; null when the plan goes on. */
  readonly next: { readonly plan: Plan; readonly from: Instant } | null;
}

/** Says by which plan requests are judged now, and which one follows when nothing else is chosen. */
export function planStanding(terms: Terms, plans: readonly Plan[], now: Instant): PlanStanding {
  const catalogue = planCatalogueOf(plans);
  const planAtMoment = (at: Instant): Plan => planInPeriod(terms, catalogue, periodHolding(terms.anchors, at), at);
  const period = periodHolding(terms.anchors, now);
  const plan = planAtMoment(now);
  const turns = [...terms.plans, ...plans].map(({ effectiveAt }) => effectiveAt);
  const ahead = turns.filter((at) => at > now && at < period.end).sort((left, right) => left - right);
  for (const from of [...ahead, period.end]) {
    const following = planAtMoment(from);
    if (following.version !== plan.version) return { period, plan, next: { plan: following, from } };
  }
  return { period, plan, next: null };
}
