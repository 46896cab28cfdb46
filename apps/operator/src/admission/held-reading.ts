import type { HeldFigures } from '@floopy/application';
import type { Hold, HoldKey, Instant, LeakedHolds, OrganizationId } from '@floopy/domain';

/** What is held for an organization at one position of its ledger. */
export interface HeldReading extends HeldFigures {
  readonly position: number;
  readonly openHolds: number;
  /** Open ones, as many as were asked for. */
  readonly holds: readonly Hold[];
  readonly leaked: LeakedHolds;
  /** Until then some of what is held may be missing, and nothing is admitted. */
  readonly recoveringUntil: Instant | null;
}

export interface HoldsRelease extends HoldKey {
  readonly organizationId: OrganizationId;
  readonly releasedBy: string;
  readonly reason: string;
}

/** The holds of all organizations, where the API keeps them. */
export interface OpenedHolds {
  readonly store: 'memory' | 'redis';
  /** In words: who decides, and whether it can. */
  state(): Promise<string>;
  /** Of an organization that exists. */
  read(organizationId: OrganizationId, now: Instant, limit: number): Promise<HeldReading>;
  release(release: HoldsRelease, now: Instant): Promise<'released' | 'not_open' | 'settled'>;
}
