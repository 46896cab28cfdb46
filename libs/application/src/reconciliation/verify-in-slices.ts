import type { OrganizationId, Sha256 } from '@floopy/domain';
import { type Verification, verifyLedger } from '../ledger/verify-ledger';
import type { LedgerSnapshot } from '../ledger/verify-sources';

export interface SlicePorts {
  readonly store: {
    /** The organization that follows a key; null past the last one. */
    findNextOrganization(afterKey: number): Promise<LedgerSlice | null>;
    inLedgerSnapshot<Result>(
      organizationKey: number,
      work: (snapshot: LedgerSnapshot) => Promise<Result>,
    ): Promise<Result>;
  };
  readonly sha256: Sha256;
}

export interface LedgerSlice {
  readonly organizationKey: number;
  readonly organizationId: OrganizationId;
}

export interface VerifiedSlice extends LedgerSlice {
  readonly verification: Verification;
}

/**
 * Verifies one organization after the other, whole, and begins anew past the last one.
 * @param afterKey where the walk begins: any number, so that a process which is started anew and anew leaves nobody out
 */
export class SlicedVerification {
  constructor(
    private readonly ports: SlicePorts,
    private afterKey: number,
  ) {}

  /** Verifies the next one. @returns null when there is nobody. */
  async verifyNext(): Promise<VerifiedSlice | null> {
    const { store, sha256 } = this.ports;
    const slice = (await store.findNextOrganization(this.afterKey)) ?? (await store.findNextOrganization(0));
    if (slice === null) return null;
    const verification = await store.inLedgerSnapshot(slice.organizationKey, (snapshot) =>
      verifyLedger({ snapshot, sha256, onProgress: () => undefined }),
    );
    this.afterKey = slice.organizationKey;
    return { ...slice, verification };
  }
}
