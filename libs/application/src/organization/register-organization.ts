import { type ChangeRefusal, decideChange, type Instant, NO_TERMS, type Organization } from '@floopy/domain';
import type { TermsStore } from './terms-store';

export interface OrganizationRegistration {
  readonly organization: Organization;
  /** Null for the plan that everybody begins with. */
  readonly planId: string | null;
  /** The operator who does it. */
  readonly registeredBy: string;
}

export type RegistrationOutcome =
  { readonly type: 'registered' } | { readonly type: 'refused'; readonly code: ChangeRefusal | 'organization_exists' };

export interface RegisterOrganizationPorts {
  readonly store: TermsStore;
  readonly clock: () => Instant;
}

/**
 * Creates an organization with an empty ledger, on its plan from the beginning: the plan is its first change, and there is
 * never one without the other.
 */
export async function registerOrganization(
  { store, clock }: RegisterOrganizationPorts,
  { organization, planId, registeredBy }: OrganizationRegistration,
): Promise<RegistrationOutcome> {
  return store.inTransaction(async (transaction) => {
    const plans = await transaction.readPlans();
    const decision =
      planId === null
        ? { type: 'unchanged' as const }
        : decideChange(
            { change: { type: 'plan', planId }, effectiveAt: null, actor: 'operator', changedBy: registeredBy },
            { terms: NO_TERMS, plans, position: 0, now: clock() },
          );
    if (decision.type === 'refused') return decision;
    if (!(await transaction.createStream(organization))) return { type: 'refused', code: 'organization_exists' };
    if (decision.type === 'changed') await transaction.saveChange(decision.recorded);
    return { type: 'registered' };
  });
}
