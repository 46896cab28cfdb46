import type { BatchRecord, IngestedBatch } from '@floopy/application';
import { assert, type MonthlyUsage, type OrganizationId, projectMonthlyUsage } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { appendLedgerEvents } from '../ledger/append-ledger-events';
import type { LabelKeys } from '../ledger/intern-labels';
import { saveStreamHeads } from '../ledger/save-stream-heads';
import { addMonthlyUsage } from '../monthly-usage/add-monthly-usage';
import { advancePartition } from './advance-partition';
import { parkRecords } from './park-records';
import { saveMetadata } from './save-metadata';

export interface SavingTerms {
  readonly keyOf: (organizationId: OrganizationId) => number;
  readonly labels: LabelKeys;
  readonly digestOf: (record: BatchRecord) => string;
}

/** Writes what became of a batch: ledger, heads, months, metadata, dead letters, and last the partition's offset. */
export async function saveBatch(transaction: Queries, batch: IngestedBatch, terms: SavingTerms): Promise<void> {
  const { partition, settlement } = batch;
  const rows = settlement.applied.map(({ posted, usage }) => ({
    event: posted,
    organizationKey: terms.keyOf(posted.organizationId),
    identity: usage.identity,
    sequence: posted.sequence,
    json: usage.event.metadata,
  }));
  const heads = [...settlement.heads.values()];
  // Begun together, so that a pipelining connection sends them together; answered, and failing, in this order.
  await Promise.all([
    appendLedgerEvents(transaction, rows, terms.labels),
    saveStreamHeads(
      transaction,
      heads.map((head) => ({ organizationKey: terms.keyOf(head.organizationId), head })),
    ),
    addMonthlyUsage(transaction, monthsOf(batch, terms)),
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

function monthsOf(batch: IngestedBatch, terms: SavingTerms): { organizationKey: number; month: MonthlyUsage }[] {
  const byOrganization = new Map<OrganizationId, Map<string, MonthlyUsage>>();
  for (const { posted } of batch.settlement.applied) {
    const months = byOrganization.get(posted.organizationId) ?? new Map<string, MonthlyUsage>();
    byOrganization.set(posted.organizationId, months);
    projectMonthlyUsage(months, posted, []);
  }
  return [...byOrganization].flatMap(([organizationId, months]) =>
    [...months.values()].map((month) => ({ organizationKey: terms.keyOf(organizationId), month })),
  );
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
