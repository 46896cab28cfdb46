import type { Instant, OrganizationId, RateCard, RateOverride, Sha256 } from '@floopy/domain';

/** What publishing needs: prices behind one lock, the time, and the hash of what is published. */
export interface PublishingPorts {
  readonly store: {
    inTransaction<Result>(work: (transaction: PublishingTransaction) => Promise<Result>): Promise<Result>;
  };
  readonly clock: () => Instant;
  readonly sha256: Sha256;
}

/** One transaction: all of it happens, or nothing. */
export interface PublishingTransaction {
  /** Keeps every other publication waiting until this transaction ends, and reads every published card. */
  lockRateCards(): Promise<readonly RateCard[]>;
  /** An organization's published overrides; null when there is no such organization. */
  readRateOverrides(organizationId: OrganizationId): Promise<readonly RateOverride[] | null>;
  saveRateCard(card: RateCard, publication: Publication): Promise<void>;
  saveRateOverride(override: RateOverride, publication: Publication): Promise<void>;
}

/** What is kept of the act of publishing beside the prices. */
export interface Publication {
  /** Canonical, as it was hashed. */
  readonly content: string;
  readonly contentHash: string;
  readonly publishedAt: Instant;
  /** The operator who did it. */
  readonly publishedBy: string;
}
