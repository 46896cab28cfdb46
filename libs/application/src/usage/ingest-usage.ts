import {
  assert,
  type IdentifiedRecord,
  type Instant,
  type KnownUsage,
  type OpenStream,
  type OrganizationId,
  type PriceBook,
  type Settlement,
  type Sha256,
  settleUsage,
} from '@floopy/domain';

/** A run of records of one partition, in order of offset; none where only such offsets were read as hold none. */
export interface UsageBatch {
  readonly topic: string;
  readonly partition: number;
  /** Under which this reader claimed the partition. */
  readonly epoch: number;
  /** The records are all that is there from this offset on: what is missing is a hole, not a loss … */
  readonly continuousFrom: number;
  /** … and before this one, to which the partition advances. */
  readonly continuousUntil: number;
  readonly records: readonly BatchRecord[];
}

/** A record with its decoded form, and its bytes in case that it must be parked. */
export interface BatchRecord {
  readonly offset: number;
  readonly appendedAt: Instant;
  readonly identified: IdentifiedRecord;
  /** Asked for only when the record is parked, or is the last of its batch. */
  readonly raw: () => RawRecord;
}

export interface RawRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [name: string, value: Uint8Array])[];
}

/** A partition's row, locked: nobody else moves its offset until the transaction ends. */
export interface LockedPartition {
  readonly ingestPartition: number;
  readonly epoch: number;
  readonly nextOffset: number;
  /** Rises whenever a rate card or an override is published. */
  readonly publishedPrices: number;
}

/** One transaction: all of it happens, or nothing. */
export interface IngestTransaction {
  lockPartition(topic: string, partition: number): Promise<LockedPartition>;
  readPriceBook(publishedPrices: number): Promise<PriceBook>;
  /** Locks the heads of those organizations that exist, in one order for everybody. */
  lockStreams(organizationIds: readonly OrganizationId[]): Promise<ReadonlyMap<OrganizationId, OpenStream>>;
  readKnownUsage(records: readonly IdentifiedRecord[]): Promise<KnownUsage & UserReferences>;
  save(outcome: IngestedBatch): Promise<void>;
}

export interface UserReferences {
  readonly userReference: (organizationId: OrganizationId, userId: string) => number;
}

/** What a transaction writes: ledger events and their projections, parked records, and the offset. */
export interface IngestedBatch {
  readonly partition: LockedPartition;
  readonly records: readonly BatchRecord[];
  readonly settlement: Settlement;
  readonly nextOffset: number;
  readonly skipped: number;
}

export interface IngestPorts {
  readonly store: { inTransaction<Result>(work: (transaction: IngestTransaction) => Promise<Result>): Promise<Result> };
  readonly clock: () => Instant;
  readonly sha256: Sha256;
}

export type IngestOutcome =
  | {
      readonly type: 'ingested';
      readonly nextOffset: number;
      readonly applied: number;
      readonly duplicates: number;
      readonly parked: Settlement['parked'];
      readonly skipped: number;
    }
  /** Somebody else has claimed the partition since; this reader must stop writing to it. */
  | { readonly type: 'fenced'; readonly epoch: number }
  /** The batch begins past what is to be read next; the reader must go back. */
  | { readonly type: 'gap'; readonly nextOffset: number };

/**
 * Applies a batch once: prices and posts its events, parks what cannot be applied, and moves the partition's offset,
 * in one transaction. Records that were passed before are left out, so that a batch whose commit has an unknown
 * outcome is simply handed in again.
 */
export async function ingestUsage(ports: IngestPorts, batch: UsageBatch): Promise<IngestOutcome> {
  return ports.store.inTransaction(async (transaction) => {
    const partition = await transaction.lockPartition(batch.topic, batch.partition);
    if (partition.epoch !== batch.epoch) return { type: 'fenced', epoch: partition.epoch };
    if (batch.continuousFrom > partition.nextOffset) return { type: 'gap', nextOffset: partition.nextOffset };

    assert((batch.records.at(-1)?.offset ?? -1) < batch.continuousUntil, 'a batch ends behind its last record');
    const records = batch.records.filter((record) => record.offset >= partition.nextOffset);
    const identified = records.map((record) => record.identified);
    const book = await transaction.readPriceBook(partition.publishedPrices);
    const streams = await transaction.lockStreams(organizationsOf(identified));
    const known = await transaction.readKnownUsage(identified);

    const settlement = settleUsage(identified, {
      book,
      streams,
      known,
      userReference: known.userReference,
      ingestPartition: partition.ingestPartition,
      now: ports.clock(),
      sha256: ports.sha256,
    });
    const nextOffset = Math.max(partition.nextOffset, batch.continuousUntil);
    const skipped = nextOffset - partition.nextOffset - records.length;
    await transaction.save({ partition, records, settlement, nextOffset, skipped });
    return {
      type: 'ingested',
      nextOffset,
      applied: settlement.applied.length,
      duplicates: settlement.duplicates,
      parked: settlement.parked,
      skipped,
    };
  });
}

function organizationsOf(records: readonly IdentifiedRecord[]): OrganizationId[] {
  const ids = new Set<OrganizationId>();
  for (const record of records) if (record.type === 'usage') ids.add(record.event.organizationId);
  return [...ids];
}
