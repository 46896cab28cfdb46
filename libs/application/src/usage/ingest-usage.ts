import { assert, type IdentifiedRecord, type Instant, type SettledBatch, type Settlement } from '@floopy/domain';
import { type SettlingPorts, type SettlingTransaction, settleUnderLocks } from './settle-under-locks';

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
  /** Kafka knows headers whose value is null. */
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[];
}

/** A partition's row, locked: nobody else moves its offset until the transaction ends. */
export interface LockedPartition {
  readonly ingestPartition: number;
  readonly epoch: number;
  readonly nextOffset: number;
}

export interface LockedPartitions {
  /** In the order of the places that were asked for. */
  readonly partitions: readonly LockedPartition[];
  /** Rises whenever a rate card or an override is published. */
  readonly publishedPrices: number;
}

export type PartitionPlace = Pick<UsageBatch, 'topic' | 'partition'>;

/** One transaction: all of it happens, or nothing. */
export interface IngestTransaction extends SettlingTransaction {
  /** Locks the rows of claimed partitions, in one order for everybody. */
  lockPartitions(places: readonly PartitionPlace[]): Promise<LockedPartitions>;
  save(ingested: Ingested): Promise<void>;
}

/** A batch as far as it is to be passed by this transaction. */
export interface TakenBatch {
  readonly partition: LockedPartition;
  readonly records: readonly BatchRecord[];
  /** Where the partition stands afterwards. */
  readonly nextOffset: number;
  /** Offsets on the way that hold no record. */
  readonly skipped: number;
  /** Why nothing of it may be passed; null when it may. */
  readonly refusal: Extract<IngestOutcome, { type: 'fenced' | 'gap' }> | null;
}

/** What a transaction writes: ledger events and their projections, and for each batch its parked records and its offset. */
export interface Ingested {
  readonly taken: readonly TakenBatch[];
  /** Its batches are those that were taken, in their order. */
  readonly settlement: Settlement;
}

export interface IngestPorts extends SettlingPorts {
  readonly store: { inTransaction<Result>(work: (transaction: IngestTransaction) => Promise<Result>): Promise<Result> };
}

export type IngestOutcome =
  | {
      readonly type: 'ingested';
      readonly nextOffset: number;
      readonly applied: number;
      readonly duplicates: number;
      readonly parked: SettledBatch['parked'];
      readonly skipped: number;
    }
  /** Somebody else has claimed the partition since; this reader must stop writing to it. */
  | { readonly type: 'fenced'; readonly epoch: number }
  /** The batch begins past what is to be read next; the reader must go back. */
  | { readonly type: 'gap'; readonly nextOffset: number };

/**
 * Applies batches of different partitions once: prices and posts their events, parks what cannot be applied, and moves
 * each partition's offset, all in one transaction. Records that were passed before are left out, so that a batch whose
 * commit has an unknown outcome is simply handed in again.
 * @returns what became of each batch, in their order. One that may not be applied does not hold up the others.
 */
export async function ingestUsage(ports: IngestPorts, batches: readonly UsageBatch[]): Promise<IngestOutcome[]> {
  return ports.store.inTransaction(async (transaction) => {
    const { partitions, publishedPrices } = await transaction.lockPartitions(batches);
    const taken = batches.map((batch, index) => takeBatch(batch, partitions[index]));
    const settling = taken.map(({ partition, records }) => ({
      ingestPartition: partition.ingestPartition,
      records: records.map((record) => record.identified),
    }));
    const settlement = await settleUnderLocks(ports, transaction, settling, publishedPrices);
    await transaction.save({ taken, settlement });
    return taken.map(({ refusal, ...progress }, index) => refusal ?? ingested(progress, settlement.batches[index]));
  });
}

/** What of a batch is still to be passed: nothing, when it may not be applied. */
function takeBatch(batch: UsageBatch, partition: LockedPartition | undefined): TakenBatch {
  assert(partition !== undefined, 'every claimed partition has a row');
  const { epoch, nextOffset } = partition;
  const refused = { partition, records: [], nextOffset, skipped: 0 };
  if (epoch !== batch.epoch) return { ...refused, refusal: { type: 'fenced', epoch } };
  if (batch.continuousFrom > nextOffset) return { ...refused, refusal: { type: 'gap', nextOffset } };

  assert((batch.records.at(-1)?.offset ?? -1) < batch.continuousUntil, 'a batch ends behind its last record');
  const records = batch.records.filter((record) => record.offset >= nextOffset);
  const passedUntil = Math.max(nextOffset, batch.continuousUntil);
  return {
    partition,
    records,
    nextOffset: passedUntil,
    skipped: passedUntil - nextOffset - records.length,
    refusal: null,
  };
}

function ingested(
  { nextOffset, skipped }: Pick<TakenBatch, 'nextOffset' | 'skipped'>,
  settled: SettledBatch | undefined,
): IngestOutcome {
  assert(settled !== undefined, 'every batch is settled');
  const { applied, duplicates, parked } = settled;
  return { type: 'ingested', nextOffset, applied: applied.length, duplicates, parked, skipped };
}
