import { assert } from '../assert';
import type { Instant } from '../time/instant';
import { versionInForce } from './decide-plan';
import type { Plan } from './plan';

/** Every published plan, indexed; built once for each set of published versions. */
export interface PlanCatalogue {
  /** Null where no version of such a plan has taken effect by then. */
  inForce(id: string, at: Instant): Plan | null;
  /** All versions of one plan, in the order in which they were published. */
  versionsOf(id: string): readonly Plan[];
  plan(version: number): Plan | null;
}

const NO_VERSIONS: readonly Plan[] = [];

export function planCatalogueOf(plans: readonly Plan[]): PlanCatalogue {
  const byVersion = new Map(plans.map((plan) => [plan.version, plan]));
  assert(byVersion.size === plans.length, 'a version of a plan is published once');
  const byId = new Map<string, Plan[]>();
  for (const plan of [...plans].sort((left, right) => left.version - right.version)) {
    byId.set(plan.id, [...(byId.get(plan.id) ?? []), plan]);
  }
  return {
    inForce: (id, at) => versionInForce(byId.get(id) ?? NO_VERSIONS, at),
    versionsOf: (id) => byId.get(id) ?? NO_VERSIONS,
    plan: (version) => byVersion.get(version) ?? null,
  };
}
