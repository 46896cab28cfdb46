import {
  type ChangeRefusal,
  type ChangeRequest,
  decideChange,
  type Instant,
  instantOfMilliseconds,
  NO_TERMS,
  type OrganizationId,
  projectTerms,
  type RecordedChange,
} from '@floopy/domain';
import type { LockedPosition, TermsStore } from './terms-store';

export interface TermsChangeRequest extends ChangeRequest {
  readonly organizationId: OrganizationId;
}

export type ChangeOutcome =
  | { readonly type: 'changed'; readonly recorded: RecordedChange }
  /** It was so already: nothing was recorded. */
  | { readonly type: 'unchanged' }
  | { readonly type: 'refused'; readonly code: ChangeRefusal | 'unknown_organization' };

export interface ChangeTermsPorts {
  readonly store: TermsStore;
  readonly clock: () => Instant;
  /** Told once the change is committed, before its maker is answered: the next decision is made under it. */
  readonly onChanged: (organizationId: OrganizationId, termsVersion: number) => Promise<void>;
}

/**
 * Changes what an organization agreed to, from an instant on. It is decided and recorded under the lock of the
 * organization's ledger, so that every entry was posted under exactly the changes that were recorded before it.
 */
export async function changeTerms(ports: ChangeTermsPorts, request: TermsChangeRequest): Promise<ChangeOutcome> {
  const outcome = await decideUnderLock(ports, request);
  if (outcome.type === 'changed') await ports.onChanged(request.organizationId, outcome.recorded.number);
  return outcome;
}

function decideUnderLock({ store, clock }: ChangeTermsPorts, request: TermsChangeRequest): Promise<ChangeOutcome> {
  return store.inTransaction(async (transaction) => {
    const locked = await transaction.lockStream(request.organizationId);
    if (locked === null) return { type: 'refused', code: 'unknown_organization' };
    const changes = await transaction.readChanges();
    const decision = decideChange(request, {
      terms: changes.reduce(projectTerms, NO_TERMS),
      plans: await transaction.readPlans(),
      position: locked.position,
      now: laterOf(clock(), locked, changes.at(-1)),
    });
    if (decision.type === 'changed') await transaction.saveChange(decision.recorded);
    return decision;
  });
}

/** A clock that was set back never makes a change come before what it was decided on. */
function laterOf(now: Instant, { recordedAt }: LockedPosition, lastChange: RecordedChange | undefined): Instant {
  return instantOfMilliseconds(Math.max(now, recordedAt, lastChange?.recordedAt ?? 0));
}
