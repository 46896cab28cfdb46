import type { BatchRecord, IngestedBatch } from '@floopy/application';
import { assert, type OrganizationId } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { appendLedgerEvents } from '../ledger/append-ledger-events';
import type { LabelKeys } from '../ledger/intern-labels';
import { saveStreamHeads } from '../ledger/save-stream-heads';
import { addMonthlyUsage } from '../monthly-usage/add-monthly-usage';
import { addCarriedOverage } from '../overage/add-carried-overage';
import { addPeriodOverage } from '../overage/add-period-overage';
import { advancePartition } from './advance-partition';
import { parkRecords } from './park-records';
import type { PostingStream } from './open-streams';
import { projectBatch } from './project-batch';
import { saveMetadata } from './save-metadata';

export interface SavingTerms {
  /** The stream that the batch has posted on. */
  readonly streamOf: (organizationId: OrganizationId) => PostingStream;
  readonly labels: LabelKeys;
  readonly digestOf: (record: BatchRecord) => string;
}

/** Writes what became of a batch: ledger, heads, months, overage, metadata, dead letters, and last the partition's offset. */
export async function saveBatch(transaction: Queries, batch: IngestedBatch, terms: SavingTerms): Promise<void> {
  const { partition, settlement } = batch;
  const rows = settlement.applied.map(({ posted, usage }) => ({
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
  const { months, overage, carried } = projectBatch(settlement.applied, terms.streamOf);
  // Begun together, so that a pipelining connection sends them together; answered, and failing, in this order.
  await Promise.all([
    appendLedgerEvents(transaction, rows, terms.labels),
    saveStreamHeads(transaction, heads),
    addMonthlyUsage(transaction, months),
    addPeriodOverage(transaction, overage),
    addCarriedOverage(transaction, carried),
    saveMetadata(transaction, rows),
    parkRecords(transaction, partition, parkedRecords(batch)),
    advance(transaction, batch, terms),
  ]);
}

async function advance(transaction: Queries, batch: IngestedBatch, terms: SavingTerms): Promise<void> {
  const { partition, records, settlement } = batch;
  const last = records.at(-1);
  if (last === undefined && batch.skipped === 0) return;
  await advancePartition(transaction, {
    ingestPartition: partition.ingestPartition,
    nextOffset: batch.nextOffset,
    applied: settlement.applied.length,
    duplicates: settlement.duplicates,
    parked: settlement.parked.length,
    skipped: batch.skipped,
    lastRecord:
      last === undefined ? null : { offset: last.offset, digest: terms.digestOf(last), appendedAt: last.appendedAt },
  });
}

function parkedRecords(batch: IngestedBatch): Parameters<typeof parkRecords>[2] {
  const { parked } = batch.settlement;
  if (parked.length === 0) return [];
  const byOffset = new Map(batch.records.map((record) => [record.offset, record]));
  return parked.map((subject) => {
    const record = byOffset.get(subject.offset);
    assert(record !== undefined, 'what is parked was in the batch');
    return { parked: subject, record };
  });
}
