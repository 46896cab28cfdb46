import type { Sha256 } from '../canonical-text';
import type { LedgerEvent, StreamHead } from '../ledger/ledger-event';
import { postUsage } from '../ledger/post-usage';
import type { Organization, OrganizationId } from '../organization/organization';
import { OpenPeriods, type PeriodCount, type PostingTerms } from '../overage/open-periods';
import type { PriceBook } from '../pricing/price-book';
import { type MissingRate, priceUsage } from '../pricing/price-usage';
import type { Instant } from '../time/instant';
import type { Fault, IdentifiedRecord, IdentifiedUsage, RejectedRecord } from './usage-record';
import type { DeadLetterReason } from './parked-usage';
import type { Digest } from './usage-identity';

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
}

export interface SettlingTerms {
  readonly book: PriceBook;
  readonly streams: ReadonlyMap<OrganizationId, OpenStream>;
  readonly known: KnownUsage;
  readonly userReference: (organizationId: OrganizationId, userId: string) => number;
  readonly now: Instant;
  readonly sha256: Sha256;
}

export interface ParkedRecord {
  readonly offset: number;
  readonly reason: DeadLetterReason;
  readonly faults: readonly Fault[];
  readonly organizationId: string | null;
  readonly source: string | null;
  readonly eventId: string | null;
}

/** A usage event and the ledger event that it became. */
export interface AppliedUsage {
  readonly usage: IdentifiedUsage;
  readonly posted: LedgerEvent;
}

/** Records of one partition, in order of offset. */
export interface SettlingBatch {
  readonly ingestPartition: number;
  readonly records: readonly IdentifiedRecord[];
}

/** What became of a batch: every record is in exactly one of applied, duplicate, parked. */
export interface SettledBatch {
  readonly applied: AppliedUsage[];
  readonly parked: ParkedRecord[];
  duplicates: number;
}

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
  const progress: Progress = {
    heads: new Map(),
    applied: new Map(terms.known.applied),
    counted: new Set(terms.known.countedRequests),
    periods: new Map(),
  };
  const settled = batches.map((batch) => settleBatch(batch, terms, progress));
  const counts = new Map<OrganizationId, PeriodCount>();
  for (const [organizationId, open] of progress.periods) {
    const latest = open.latest();
    if (latest !== null) counts.set(organizationId, latest);
  }
  return { batches: settled, heads: progress.heads, counts };
}

/** What the records before have led to, whichever batch they came in. */
interface Progress {
  readonly heads: Map<OrganizationId, StreamHead>;
  readonly applied: Map<Digest, Digest>;
  readonly counted: Set<string>;
  readonly periods: Map<OrganizationId, OpenPeriods>;
}

function settleBatch(batch: SettlingBatch, terms: SettlingTerms, progress: Progress): SettledBatch {
  const settled: SettledBatch = { applied: [], parked: [], duplicates: 0 };
  const batchTerms = { ...terms, ingestPartition: batch.ingestPartition };
  for (const record of batch.records) {
    if (record.type === 'rejected') park(settled, record, record.reason, record.faults);
    else settleEvent(record, batchTerms, progress, settled);
  }
  return settled;
}

interface BatchTerms extends SettlingTerms {
  readonly ingestPartition: number;
}

function settleEvent(record: IdentifiedUsage, terms: BatchTerms, progress: Progress, settled: SettledBatch): void {
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

  const head = heads.get(event.organizationId) ?? stream.head;
  // A clock that was set back never makes the stream go back.
  const recordedAt = terms.now > head.recordedAt ? terms.now : head.recordedAt;
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
}

/** The periods that the batches post in for one organization; they are recorded at one time. */
function openPeriods(stream: OpenStream, recordedAt: Instant, { periods }: Progress): OpenPeriods {
  const { id } = stream.organization;
  const known = periods.get(id);
  if (known !== undefined) return known;
  const opened = new OpenPeriods(stream.posting, recordedAt);
  periods.set(id, opened);
  return opened;
}

type Subject = Omit<ParkedRecord, 'reason' | 'faults'>;

function park(
  settled: SettledBatch,
  subject: Subject | RejectedRecord,
  reason: DeadLetterReason,
  faults: readonly Fault[],
): void {
  const { offset, organizationId, source, eventId } = subject;
  settled.parked.push({ offset, reason, faults, organizationId, source, eventId });
}

function subjectOf({ offset, event }: IdentifiedUsage): Subject {
  return { offset, organizationId: event.organizationId, source: event.source, eventId: event.id };
}

const UNKNOWN_ORGANIZATION = [
  { pointer: '/data/organization_id', detail: 'no such organization; create it, then re-drive this record' },
];
const CONFLICT = [
  { pointer: '', detail: 'another event with this organization, source and id was applied before with other content' },
];

function faultOf(rate: MissingRate): Fault {
  const subject = `${rate.provider}/${rate.model} (${rate.serviceTier})`;
  return { pointer: '/data/model', detail: `no rate in force for ${subject}: missing ${rate.missing}` };
}
