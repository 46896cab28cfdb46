import { type ChangeOutcome, changeTerms, type TermsStore } from '@floopy/application';
import { featureNeeded, formatInstant, type Instant, type OrganizationId, type TermsChange } from '@floopy/domain';
import { createTermsStore, type DatabasePool } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import type { AnswerOptions } from '../command-line';
import { WrongUsage } from '../session/faults';

export interface ChangeOptions extends AnswerOptions {
  /** The operator who does it; it is recorded. */
  readonly by: string;
  readonly at?: Instant;
  readonly dryRun?: boolean;
}

export interface MadeChange {
  readonly state: 'changed' | 'would_be_changed' | 'unchanged';
  /** Null when nothing was changed. */
  readonly effectiveAt: string | null;
}

/**
 * Changes the terms of an organization as an operator. Every process sees it with the number that the change raises:
 * posting with its next batch, admission when it looks at the ledger next.
 * @throws WrongUsage when it may not be changed so
 */
export async function makeChange(
  pool: DatabasePool,
  organizationId: OrganizationId,
  change: TermsChange,
  { by, at, dryRun = false }: ChangeOptions,
): Promise<MadeChange> {
  const store = createTermsStore(pool);
  const outcome = await changeTerms(
    { store: dryRun ? savingNothing(store) : store, clock: systemClock, onChanged: () => Promise.resolve() },
    { organizationId, change, effectiveAt: at ?? null, actor: 'operator', changedBy: by },
  );
  if (outcome.type === 'refused') throw new WrongUsage(refusalText(organizationId, change, outcome));
  if (outcome.type === 'unchanged') return { state: 'unchanged', effectiveAt: null };
  const effectiveAt = formatInstant(outcome.recorded.effectiveAt);
  return { state: dryRun ? 'would_be_changed' : 'changed', effectiveAt };
}

function savingNothing(store: TermsStore): TermsStore {
  return {
    inTransaction: (work) =>
      store.inTransaction((transaction) => work({ ...transaction, saveChange: () => Promise.resolve() })),
  };
}

function refusalText(
  organizationId: OrganizationId,
  change: TermsChange,
  { code }: Extract<ChangeOutcome, { type: 'refused' }>,
): string {
  switch (code) {
    case 'unknown_organization':
      return `There is no organization ${organizationId}; "organizations list" shows those that there are.`;
    case 'organization_closed':
      return `${organizationId} is closed, for good: nothing of it can be changed.`;
    case 'unknown_plan':
      return 'No version of that plan is in force then; "plans list" shows which are, and from when.';
    case 'takes_effect_in_the_past':
      return 'The time of --at is over: what was posted stays as it was decided. Leave it out for at once.';
    case 'takes_effect_at_once_only':
      return 'This takes effect at once: leave --at out.';
    case 'plan_required':
      return `The plan of ${organizationId} lacks ${featureNeeded(change) ?? 'it'}; "plans assign" gives it another.`;
    default:
      return `${organizationId} was not changed: ${code.replaceAll('_', ' ')}.`;
  }
}
