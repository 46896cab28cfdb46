import type { AdmissionTerms, Instant, OrganizationId } from '@floopy/domain';
import type { AdmissionSource } from './admission-source';
import type { AdmissionStore } from './admission-store';
import type { FollowedOrganizations } from './followed-organizations';

/** What an organization's terms, plans and prices are now, held in memory between questions. */
export interface KnownTerms {
  /** Null when there is no such organization. */
  of(organizationId: OrganizationId): Promise<AdmissionTerms | null>;
  /** They have changed: the next question reads them anew. */
  forget(organizationId: OrganizationId): void;
}

export interface AdmitPorts {
  readonly store: AdmissionStore;
  readonly source: AdmissionSource;
  readonly terms: KnownTerms;
  readonly followed: FollowedOrganizations;
  readonly clock: () => Instant;
  /** A name for a hold that no other has. */
  readonly holdId: () => string;
}
