import type { OrganizationId, Settlement } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { appendLedgerEvents } from '../ledger/append-ledger-events';
import type { LabelKeys } from '../ledger/intern-labels';
import { saveStreamHeads } from '../ledger/save-stream-heads';
import { addMonthlyUsage } from '../monthly-usage/add-monthly-usage';
import { addCarriedOverage } from '../overage/add-carried-overage';
import { addPeriodOverage } from '../overage/add-period-overage';
import type { PostingStream } from './open-streams';
import { projectBatch } from './project-batch';
import { saveMetadata } from './save-metadata';

export interface PostedTerms {
  /** A stream that was posted on. */
  readonly streamOf: (organizationId: OrganizationId) => PostingStream;
  readonly labels: LabelKeys;
}

/** Writes what was posted: ledger, heads, months, overage, metadata. The statements are begun, and answer in their order. */
export function savePosted(transaction: Queries, settlement: Settlement, terms: PostedTerms): Promise<void>[] {
  const applied = settlement.batches.flatMap((batch) => batch.applied);
  const rows = applied.map(({ posted, usage }) => ({
    event: posted,
    organizationKey: terms.streamOf(posted.organizationId).organizationKey,
    identity: usage.identity,
    sequence: posted.sequence,
    json: usage.type === 'usage' ? usage.event.metadata : null,
  }));
  const heads = Array.from(settlement.heads, ([id, head]) => {
    const { organizationKey, posting } = terms.streamOf(id);
    return { organizationKey, head, count: settlement.counts.get(id) ?? posting.latest };
  });
  const { months, overage, carried } = projectBatch(applied, terms.streamOf);
  return [
    appendLedgerEvents(transaction, rows, terms.labels),
    saveStreamHeads(transaction, heads),
    addMonthlyUsage(transaction, months),
    addPeriodOverage(transaction, overage),
    addCarriedOverage(transaction, carried),
    saveMetadata(transaction, rows),
  ];
}
