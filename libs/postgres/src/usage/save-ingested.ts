import type { BatchRecord, Ingested, TakenBatch } from '@floopy/application';
import { assert, type SettledBatch } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { advancePartitions, type PartitionAdvance } from './advance-partitions';
import { type ParkedBytes, parkRecords } from './park-records';
import { type PostedTerms, savePosted } from './save-posted';

export interface SavingTerms extends PostedTerms {
  readonly digestOf: (record: BatchRecord) => string;
}

/** Writes what became of batches: what was posted, dead letters, and last the partitions' offsets. */
export async function saveIngested(
  transaction: Queries,
  { taken, settlement }: Ingested,
  terms: SavingTerms,
): Promise<void> {
  const batches = taken.map((batch, index) => ({ ...batch, settled: settledAt(settlement, index) }));
  // Begun together, so that a pipelining connection sends them together; answered, and failing, in this order.
  await Promise.all([
    ...savePosted(transaction, settlement, terms),
    parkRecords(transaction, batches.flatMap(parkedOf)),
    advancePartitions(
      transaction,
      batches.flatMap((batch) => advanceOf(batch, terms)),
    ),
  ]);
}

interface SavedBatch extends TakenBatch {
  readonly settled: SettledBatch;
}

function settledAt({ batches }: Ingested['settlement'], index: number): SettledBatch {
  const settled = batches[index];
  assert(settled !== undefined, 'every batch is settled');
  return settled;
}

/** Nothing for a batch that passes nothing. */
function advanceOf(
  { partition, records, nextOffset, skipped, settled }: SavedBatch,
  terms: SavingTerms,
): PartitionAdvance[] {
  const last = records.at(-1);
  if (last === undefined && skipped === 0) return [];
  return [
    {
      ingestPartition: partition.ingestPartition,
      nextOffset,
      applied: settled.applied.length,
      duplicates: settled.duplicates,
      parked: settled.parked.length,
      skipped,
      lastRecord:
        last === undefined ? null : { offset: last.offset, digest: terms.digestOf(last), appendedAt: last.appendedAt },
    },
  ];
}

function parkedOf({ partition: { ingestPartition }, records, settled: { parked } }: SavedBatch): ParkedBytes[] {
  if (parked.length === 0) return [];
  const byOffset = new Map(records.map((record) => [record.offset, record]));
  return parked.map((subject) => {
    const record = byOffset.get(subject.offset);
    assert(record !== undefined, 'what is parked was in the batch');
    return { ingestPartition, parked: subject, record };
  });
}
