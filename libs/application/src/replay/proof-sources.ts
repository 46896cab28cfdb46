import type {
  BillingPeriod,
  CorrectedCharge,
  DeadLetterReason,
  Digest,
  IdentifiedRecord,
  Instant,
  Organization,
  OrganizationId,
  RecordedChange,
} from '@floopy/domain';
import type { StoredContent, StoredEntry, StoredPlan, UnreadableEntry } from '../ledger/verify-sources';
import type { BatchRecord, RawRecord } from '../usage/ingest-usage';

/** A partition as its row says it stands, in the snapshot. */
export interface ProvenPartition {
  readonly ingestPartition: number;
  readonly partition: number;
  readonly firstOffset: number;
  readonly nextOffset: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly parked: number;
  readonly skipped: number;
}

/** All records that are left in the log from one offset on and before another one. */
export interface ReadStretch {
  readonly partition: number;
  readonly from: number;
  readonly until: number;
  readonly records: readonly BatchRecord[];
}

/** Reads stretches in order of offset, one after the other. @returns passed offsets that went missing meanwhile */
export type ReadRecords = (
  take: (stretch: ReadStretch) => Promise<void>,
) => Promise<readonly { readonly partition: number; readonly from: number; readonly until: number }[]>;

export interface ProvenOrganization {
  readonly organizationKey: number;
  readonly organization: Organization;
  readonly createdAt: Instant;
  /** Every change of its terms, in the order of their numbers. */
  readonly changes: readonly RecordedChange[];
}

/** An entry with the user that its number stands for; null where there is none, or who was erased. */
export type EntryOfRecord = (StoredEntry & { readonly userId: string | null }) | UnreadableEntry;

/** What was decided last about a record that was parked when it came, as it is kept. */
export interface KeptDecision {
  /** `parked`: it stays so, or was discarded. */
  readonly status: 'parked' | 'applied' | 'duplicate';
  readonly reason: DeadLetterReason;
  readonly decidedAt: Instant;
  /** What an operator had put in its place by then; null: what arrived. */
  readonly correction: RawRecord | null;
}

/** What became of records, by what is stored. */
export interface KnownRecords {
  readonly organizations: ReadonlyMap<OrganizationId, ProvenOrganization>;
  /** By the identity that each record itself states. */
  readonly entries: ReadonlyMap<Digest, EntryOfRecord>;
  /** Charges that voids among the records name, with all their corrections, by the identity of their events. */
  readonly charges: ReadonlyMap<Digest, CorrectedCharge>;
}

/** An entry, with the request and the period in which it may have counted. */
export interface CountedPlace {
  readonly organizationKey: number;
  readonly sequence: number;
  readonly requestId: string;
  readonly period: BillingPeriod;
}

/** What had counted before an entry, at the positions before its own. */
export interface CountedBefore {
  readonly requestsCounted: number;
  readonly requestAlreadyCounted: boolean;
}

/** Where an entry lies that was read from a partition. */
export interface EntryPlace {
  readonly organizationKey: number;
  readonly organizationId: OrganizationId;
  readonly sequence: number;
  readonly ingestPartition: number;
  readonly recordedAt: Instant;
}

/** One unchanging view of the ledger and of what lies beside it. */
export interface ProofSnapshot {
  readPublishedContents(): Promise<readonly StoredContent[]>;
  readPublishedPlans(): Promise<readonly StoredPlan[]>;
  /** By offset; one that was never parked is absent. */
  readDecisions(ingestPartition: number, offsets: readonly number[]): Promise<ReadonlyMap<number, KeptDecision>>;
  readKnown(records: readonly IdentifiedRecord[]): Promise<KnownRecords>;
  /** In the order of the places. */
  countBefore(places: readonly CountedPlace[]): Promise<readonly CountedBefore[]>;
  /** Every entry that was read from one of these partitions, but those that came of dead letters afterwards. */
  readPlaces(ingestPartitions: readonly number[]): AsyncIterable<readonly EntryPlace[]>;
}
