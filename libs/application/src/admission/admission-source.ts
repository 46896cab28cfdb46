import type { Instant, OrganizationId } from '@floopy/domain';
import type { LedgerStretch, OrganizationSnapshot } from './admission-store';

/** How far the follower of an organization has come. */
export interface FollowedPosition {
  readonly organizationId: OrganizationId;
  readonly position: number;
  readonly termsVersion: number;
}

/** What admission reads of Postgres, straight: no topic lies between a charge and the end of its hold. */
export interface AdmissionSource {
  /** An organization at one position, with what the journal holds for it; null when there is none of that name. */
  read(organizationId: OrganizationId, now: Instant): Promise<OrganizationSnapshot | null>;
  /** What has happened to organizations since, of each the next stretch; those that stand still are left out. */
  readMoved(known: readonly FollowedPosition[]): Promise<readonly LedgerStretch[]>;
}
