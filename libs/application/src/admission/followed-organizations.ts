import type { OrganizationId } from '@floopy/domain';
import type { FollowedPosition } from './admission-source';

/** The organizations that this process was asked about, and how far it has followed the ledger of each. */
export class FollowedOrganizations {
  private readonly positions = new Map<OrganizationId, FollowedPosition>();

  /** Follows from this position on, wherever it was before. */
  follow({ organizationId, position, termsVersion }: FollowedPosition): void {
    this.positions.set(organizationId, { organizationId, position, termsVersion });
  }

  list(): readonly FollowedPosition[] {
    return [...this.positions.values()];
  }

  termsVersionOf(organizationId: OrganizationId): number {
    return this.positions.get(organizationId)?.termsVersion ?? 0;
  }
}
