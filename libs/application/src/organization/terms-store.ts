import type { Instant, Organization, OrganizationId, PlanCatalogue, RecordedChange } from '@floopy/domain';

/** Where an organization's ledger stands while nobody else may append to it. */
export interface LockedPosition {
  readonly position: number;
  /** When the entry there was recorded; the begin of time before the first one. */
  readonly recordedAt: Instant;
}

/** One transaction: all of it happens, or nothing. */
export interface TermsTransaction {
  /** Creates an organization with an empty ledger and keeps everybody else from it; false when it exists already. */
  createStream(organization: Organization): Promise<boolean>;
  /** Keeps everybody else from appending until the transaction ends; null when there is no such organization. */
  lockStream(organizationId: OrganizationId): Promise<LockedPosition | null>;
  /** Every change of the locked organization, in the order of their numbers. */
  readChanges(): Promise<readonly RecordedChange[]>;
  /** Every published plan. */
  readPlans(): Promise<PlanCatalogue>;
  /** Appends the next change of the organization that is locked or was created. */
  saveChange(recorded: RecordedChange): Promise<void>;
}

export interface TermsStore {
  inTransaction<Result>(work: (transaction: TermsTransaction) => Promise<Result>): Promise<Result>;
}
