import type { Sha256 } from '../canonical-text';
import type { CorrectedCharge } from '../corrections/corrected-charge';
import type { StreamHead } from '../ledger/ledger-event';
import type { Organization, OrganizationId } from '../organization/organization';
import type { PostingTerms } from '../overage/open-periods';
import type { PriceBook } from '../pricing/price-book';
import type { Instant } from '../time/instant';
import type { Digest } from './usage-identity';
import type { IdentifiedRecord } from './usage-record';

/** A stream that the batches may append to, and what pricing needs to know of its owner. */
export interface OpenStream {
  readonly organization: Organization;
  readonly head: StreamHead;
  readonly posting: PostingTerms;
}

/** What the ledger already knows of the events and requests of the batches. */
export interface KnownUsage {
  /** Content of each event that was applied before, by identity. */
  readonly applied: ReadonlyMap<Digest, Digest>;
  /** Requests that were counted before, by `requestKey`. */
  readonly countedRequests: ReadonlySet<string>;
  /** The charges that voids of the batches name, by the identity of their events; empty where there is no void. */
  readonly charges: ReadonlyMap<Digest, CorrectedCharge>;
}

export interface SettlingTerms {
  readonly book: PriceBook;
  readonly streams: ReadonlyMap<OrganizationId, OpenStream>;
  readonly known: KnownUsage;
  readonly userReference: (organizationId: OrganizationId, userId: string) => number;
  readonly now: Instant;
  readonly sha256: Sha256;
}

/** Records of one partition, in order of offset. */
export interface SettlingBatch {
  readonly ingestPartition: number;
  readonly records: readonly IdentifiedRecord[];
}
