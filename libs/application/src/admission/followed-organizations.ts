import type { OrganizationId } from '@floopy/domain';
import type { FollowedPosition } from './admission-source';

/** The organizations that this process was asked about, and how far it has followed the ledger of each. */
export class FollowedOrganizations {
  private readonly positions = new Map<OrganizationId, FollowedPosition>();
  private readonly joins = new Map<OrganizationId, Promise<boolean>>();

  /** Follows from this position on, wherever it was before. */
  follow({ organizationId, position, termsVersion }: FollowedPosition): void {
    this.positions.set(organizationId, { organizationId, position, termsVersion });
  }

  /** Runs `join` once at a time for an organization, however many ask for it at once. */
  async joining(organizationId: OrganizationId, join: () => Promise<boolean>): Promise<boolean> {
    const running = this.joins.get(organizationId);
    if (running !== undefined) return running;
    const started = join();
    this.joins.set(organizationId, started);
    try {
      return await started;
    } finally {
      this.joins.delete(organizationId);
    }
  }

  has(organizationId: OrganizationId): boolean {
    return this.positions.has(organizationId);
  }

  /** Everything up to here is known to the store, and maybe more; 0 before anything is. */
  positionOf(organizationId: OrganizationId): number {
    return this.positions.get(organizationId)?.position ?? 0;
  }

  list(): readonly FollowedPosition[] {
    return [...this.positions.values()];
  }

  termsVersionOf(organizationId: OrganizationId): number {
    return this.positions.get(organizationId)?.termsVersion ?? 0;
  }
}
