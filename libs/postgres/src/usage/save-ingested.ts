import type { BatchRecord, Ingested, TakenBatch } from '@floopy/application';
import { assert, type OrganizationId, type SettledBatch } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { appendLedgerEvents } from '../ledger/append-ledger-events';
import type { LabelKeys } from '../ledger/intern-labels';
import { saveStreamHeads } from '../ledger/save-stream-heads';
import { addMonthlyUsage } from '../monthly-usage/add-monthly-usage';
import { addCarriedOverage } from '../overage/add-carried-overage';
import { addPeriodOverage } from '../overage/add-period-overage';
import { advancePartitions, type PartitionAdvance } from './advance-partitions';
import { type ParkedBytes, parkRecords } from './park-records';
import type { PostingStream } from './open-streams';
import { projectBatch } from './project-batch';
import { saveMetadata } from './save-metadata';

export interface SavingTerms {
  /** A stream that was posted on. */
  readonly streamOf: (organizationId: OrganizationId) => PostingStream;
  readonly labels: LabelKeys;
  readonly digestOf: (record: BatchRecord) => string;
}

/** Writes what became of batches: ledger, heads, months, overage, metadata, dead letters, and last the partitions' offsets. */
export async function saveIngested(
  transaction: Queries,
  { taken, settlement }: Ingested,
  terms: SavingTerms,
): Promise<void> {
  const applied = settlement.batches.flatMap((batch) => batch.applied);
  const rows = applied.map(({ posted, usage }) => ({
    event: posted,
    organizationKey: terms.streamOf(posted.organizationId).organizationKey,
    identity: usage.identity,
    sequence: posted.sequence,
    json: usage.event.metadata,
  }));
  const heads = Array.from(settlement.heads, ([id, head]) => {
    const { organizationKey, posting } = terms.streamOf(id);
    return { organizationKey, head, count: settlement.counts.get(id) ?? posting.latest };
  });
  const { months, overage, carried } = projectBatch(applied, terms.streamOf);
  const batches = taken.map((batch, index) => ({ ...batch, settled: settledAt(settlement, index) }));
  // Begun together, so that a pipelining connection sends them together; answered, and failing, in this order.
  await Promise.all([
    appendLedgerEvents(transaction, rows, terms.labels),
    saveStreamHeads(transaction, heads),
    addMonthlyUsage(transaction, months),
    addPeriodOverage(transaction, overage),
    addCarriedOverage(transaction, carried),
    saveMetadata(transaction, rows),
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
