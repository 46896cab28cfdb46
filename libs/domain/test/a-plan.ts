import type { Actor } from '../src/organization/role';
import { NO_TERMS, projectTerms, type RecordedChange, type Terms, type TermsChange } from '../src/organization/terms';
import type { Plan } from '../src/plans/plan';
import { type PlanCatalogue, planCatalogueOf } from '../src/plans/plan-catalogue';
import { SEEDED_PLANS } from '../src/plans/seeded-plans';
import { writePlanContent } from '../src/plans/plan-content';
import { instantOfMilliseconds } from '../src/time/instant';
import { at } from './a-usage-event';
import { sha256 } from './sha256';

/** The default plan, with 1,000 requests, published as version 1 and in force from 1970. */
export function aPlan(stated: Partial<Plan> = {}): Plan {
  const draft = SEEDED_PLANS[0];
  if (draft === undefined) throw new Error('there is a default plan');
  const plan = { ...draft, ...stated };
  return {
    version: 1,
    contentHash: sha256(writePlanContent(plan)),
    effectiveAt: instantOfMilliseconds(0),
    publishedAt: instantOfMilliseconds(0),
    ...plan,
  };
}

/** The seeded plans as versions 1, 2, 3: free, pro, enterprise. */
export function seededPlans(): Plan[] {
  return SEEDED_PLANS.map((draft, index) => aPlan({ ...draft, version: index + 1 }));
}

export function aCatalogue(...plans: readonly Plan[]): PlanCatalogue {
  return planCatalogueOf(plans.length === 0 ? seededPlans() : plans);
}

/** A change as it is recorded: the first one of an organization that has been used, at once, on 10 November. */
export function aChange<Change extends TermsChange>(
  change: Change,
  stated: Partial<RecordedChange<Change>> = {},
): RecordedChange<Change> {
  const recordedAt = stated.recordedAt ?? at('2026-11-10T00:00:00Z');
  const by: Actor = 'owner';
  return { number: 1, position: 1, recordedAt, effectiveAt: recordedAt, changedBy: by, change, ...stated };
}

/** Terms after these changes, numbered in their order, each made at the time that is given with it. */
export function termsAfter(...changes: readonly (readonly [time: string, change: TermsChange])[]): Terms {
  return changes.reduce(
    (terms, [time, change], index) =>
      projectTerms(terms, aChange(change, { number: index + 1, recordedAt: at(time), effectiveAt: at(time) })),
    NO_TERMS,
  );
}
