import { isCharge } from '../corrections/corrected-charge';
import type { StreamHead } from '../ledger/ledger-event';
import { postUsage } from '../ledger/post-usage';
import type { OrganizationId } from '../organization/organization';
import type { PeriodCount } from '../overage/open-periods';
import { type MissingRate, priceUsage } from '../pricing/price-usage';
import { settleVoid } from './settle-void';
import { CONFLICT, park, type SettledBatch, subjectOf, UNKNOWN_ORGANIZATION } from './settled-batch';
import { beginProgress, openPeriods, type SettlingProgress, standOf } from './settling-progress';
import type { SettlingBatch, SettlingTerms } from './settling-terms';
import type { Fault, IdentifiedUsage } from './usage-record';

/** What became of batches that are settled together, in their order, and where that leaves their organizations. */
export interface Settlement {
  readonly batches: readonly SettledBatch[];
  readonly heads: Map<OrganizationId, StreamHead>;
  /** What the latest period of an organization has come to, where the batches have changed that. */
  readonly counts: Map<OrganizationId, PeriodCount>;
}

/** Names a request within all organizations; an organization's id has no space. */
export function requestKey(organizationId: OrganizationId, requestId: string): string {
  return `${organizationId} ${requestId}`;
}

/**
 * Decides what becomes of each record, batch by batch and in order: applied, duplicate, or parked. The same event sent
 * twice is applied once, whether the second comes in the same batch, in another one of these, or years later.
 */
export function settleUsage(batches: readonly SettlingBatch[], terms: SettlingTerms): Settlement {
  const progress = beginProgress(batches, terms.known);
  const settled = batches.map((batch) => settleBatch(batch, terms, progress));
  const counts = new Map<OrganizationId, PeriodCount>();
  for (const [organizationId, open] of progress.periods) {
    const latest = open.latest();
    if (latest !== null) counts.set(organizationId, latest);
  }
  return { batches: settled, heads: progress.heads, counts };
}

function settleBatch(batch: SettlingBatch, terms: SettlingTerms, progress: SettlingProgress): SettledBatch {
  const settled: SettledBatch = { applied: [], parked: [], duplicates: 0 };
  const batchTerms = { ...terms, ingestPartition: batch.ingestPartition };
  for (const record of batch.records) {
    if (record.type === 'rejected') park(settled, record, record.reason, record.faults);
    else if (record.type === 'voided') settleVoid(record, batchTerms, progress, settled);
    else settleEvent(record, batchTerms, progress, settled);
  }
  return settled;
}

interface BatchTerms extends SettlingTerms {
  readonly ingestPartition: number;
}

function settleEvent(
  record: IdentifiedUsage,
  terms: BatchTerms,
  progress: SettlingProgress,
  settled: SettledBatch,
): void {
  const { event, identity, content } = record;
  const { heads, applied, counted } = progress;
  const stream = terms.streams.get(event.organizationId);
  if (stream === undefined) return park(settled, subjectOf(record), 'unknown_organization', UNKNOWN_ORGANIZATION);

  const earlier = applied.get(identity);
  if (earlier === content) {
    settled.duplicates += 1;
    return;
  }
  if (earlier !== undefined) return park(settled, subjectOf(record), 'conflict', CONFLICT);

  const { head, recordedAt } = standOf(stream, progress, terms.now);
  const periods = openPeriods(stream, recordedAt, progress);
  const agreedMarkup = stream.organization.markupBasisPoints;
  const markup = agreedMarkup ?? periods.planFor(event.occurredAt).markupBasisPoints;
  const priced = priceUsage(event, terms.book, markup);
  if (priced.type === 'unpriced') return park(settled, subjectOf(record), 'unpriced', [faultOf(priced.rate)]);

  const request = requestKey(event.organizationId, event.requestId);
  const requestAlreadyCounted = counted.has(request);
  const posting = postUsage(
    head,
    event,
    priced,
    {
      contentDigest: content,
      userReference: event.userId === null ? null : terms.userReference(event.organizationId, event.userId),
      requestAlreadyCounted,
      plan: periods.place(event, requestAlreadyCounted),
      ingestPartition: terms.ingestPartition,
      recordedAt,
    },
    terms.sha256,
  );
  applied.set(identity, content);
  if (posting.event.usage?.counted === true) counted.add(request);
  settled.applied.push({ usage: record, posted: posting.event });
  heads.set(event.organizationId, posting.head);
  if (isCharge(posting.event)) progress.charges?.set(identity, { charge: posting.event, corrections: [] });
}

function faultOf(rate: MissingRate): Fault {
  const subject = `${rate.provider}/${rate.model} (${rate.serviceTier})`;
  return { pointer: '/data/model', detail: `no rate in force for ${subject}: missing ${rate.missing}` };
}
