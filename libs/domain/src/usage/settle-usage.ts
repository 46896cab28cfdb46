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

/** A stream that the batch may append to, and what pricing needs to know of its owner. */
export interface OpenStream {
  readonly organization: Organization;
  readonly head: StreamHead;
  readonly posting: PostingTerms;
}

/** What the ledger already knows of the events and requests of a batch. */
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
  readonly ingestPartition: number;
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

/** What became of a batch: every record is in exactly one of applied, duplicate, parked. */
export interface Settlement {
  readonly applied: AppliedUsage[];
  readonly heads: Map<OrganizationId, StreamHead>;
  /** What the latest period of an organization has come to, where the batch has changed that. */
  readonly counts: Map<OrganizationId, PeriodCount>;
  readonly parked: ParkedRecord[];
  duplicates: number;
}

/** Names a request within all organizations; an organization's id has no space. */
export function requestKey(organizationId: OrganizationId, requestId: string): string {
  return `${organizationId} ${requestId}`;
}

/**
 * Decides what becomes of each record of a batch, in order: applied, duplicate, or parked.
 * The same event sent twice in one batch is applied once, exactly as if the second had come years later.
 */
export function settleUsage(records: readonly IdentifiedRecord[], terms: SettlingTerms): Settlement {
  const settlement: Settlement = { applied: [], heads: new Map(), counts: new Map(), parked: [], duplicates: 0 };
  const applied = new Map(terms.known.applied);
  const counted = new Set(terms.known.countedRequests);
  const periods = new Map<OrganizationId, OpenPeriods>();
  const progress = { settlement, applied, counted, periods };
  for (const record of records) {
    if (record.type === 'rejected') park(settlement, record, record.reason, record.faults);
    else settleEvent(record, terms, progress);
  }
  for (const [organizationId, open] of periods) {
    const latest = open.latest();
    if (latest !== null) settlement.counts.set(organizationId, latest);
  }
  return settlement;
}

interface Progress {
  readonly settlement: Settlement;
  readonly applied: Map<Digest, Digest>;
  readonly counted: Set<string>;
  readonly periods: Map<OrganizationId, OpenPeriods>;
}

function settleEvent(record: IdentifiedUsage, terms: SettlingTerms, progress: Progress): void {
  const { event, identity, content } = record;
  const { settlement, applied, counted } = progress;
  const stream = terms.streams.get(event.organizationId);
  if (stream === undefined) return park(settlement, subjectOf(record), 'unknown_organization', UNKNOWN_ORGANIZATION);

  const earlier = applied.get(identity);
  if (earlier === content) {
    settlement.duplicates += 1;
    return;
  }
  if (earlier !== undefined) return park(settlement, subjectOf(record), 'conflict', CONFLICT);

  const head = settlement.heads.get(event.organizationId) ?? stream.head;
  // A clock that was set back never makes the stream go back.
  const recordedAt = terms.now > head.recordedAt ? terms.now : head.recordedAt;
  const periods = openPeriods(stream, recordedAt, progress);
  const agreedMarkup = stream.organization.markupBasisPoints;
  const markup = agreedMarkup ?? periods.planFor(event.occurredAt).markupBasisPoints;
  const priced = priceUsage(event, terms.book, markup);
  if (priced.type === 'unpriced') return park(settlement, subjectOf(record), 'unpriced', [faultOf(priced.rate)]);

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
  settlement.applied.push({ usage: record, posted: posting.event });
  settlement.heads.set(event.organizationId, posting.head);
}

/** The periods that the batch posts in for one organization; a batch is recorded at one time. */
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
  settlement: Settlement,
  subject: Subject | RejectedRecord,
  reason: DeadLetterReason,
  faults: readonly Fault[],
): void {
  const { offset, organizationId, source, eventId } = subject;
  settlement.parked.push({ offset, reason, faults, organizationId, source, eventId });
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
