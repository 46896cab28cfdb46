import {
  assert,
  type BillingPeriod,
  type CorrectedCharge,
  earlierPeriods,
  type IdentifiedRecord,
  type Instant,
  type OpenStream,
  type OrganizationId,
  type PeriodCount,
  periodHolding,
  type PlanCatalogue,
  type PostingTerms,
  type Terms,
} from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { findLatestCounted } from '../ledger/find-latest-counted';
import { type LockedStream, lockStreams } from '../ledger/lock-streams';
import {
  type CountsOfPeriods,
  countRequestsOfPeriods,
  type WantedPeriod,
} from '../monthly-usage/count-requests-of-periods';
import type { LockedTermsMemory } from '../organization/locked-terms-memory';

/** A locked stream with all that posting on it asks for. */
export interface PostingStream extends OpenStream {
  readonly organizationKey: number;
  readonly posting: CountedPosting;
}

/** What posting knows of an organization; counts of earlier periods are filled in when a batch reaches back to them. */
export class CountedPosting implements PostingTerms {
  private earlier: ReadonlyMap<Instant, number> | undefined;

  constructor(
    readonly terms: Terms,
    readonly plans: PlanCatalogue,
    readonly latest: PeriodCount | null,
  ) {}

  readonly countedEarlier = (periodStart: Instant): number => {
    const requests = this.earlier?.get(periodStart);
    assert(requests !== undefined, 'a period is counted before anything is posted in it');
    return requests;
  };

  know(earlier: ReadonlyMap<Instant, number>): void {
    this.earlier = earlier;
  }
}

export interface OpeningTerms {
  readonly plans: PlanCatalogue;
  readonly memory: LockedTermsMemory;
}

/** Locks the streams of a batch. One statement, unless terms have changed or an organization is used for the first time. */
export async function openStreams(
  transaction: Queries,
  organizationIds: readonly OrganizationId[],
  { plans, memory }: OpeningTerms,
): Promise<Map<OrganizationId, PostingStream>> {
  const locked = await lockStreams(transaction, organizationIds);
  const termsOf = await memory.termsOf(transaction, locked.values());
  const uncounted = [...locked.values()].filter(({ latest, head }) => latest === null && head.sequence > 0);
  const counted = uncounted.length === 0 ? NONE_COUNTED : await countLatest(transaction, uncounted, termsOf);
  const streams = new Map<OrganizationId, PostingStream>();
  for (const [id, { organizationKey, organization, head, latest }] of locked) {
    const known = latest ?? counted.get(organizationKey) ?? null;
    const posting = new CountedPosting(termsOf(organizationKey), plans, known);
    streams.set(id, { organizationKey, organization, head, posting });
  }
  return streams;
}

const NONE_COUNTED: ReadonlyMap<number, PeriodCount> = new Map();

/** Counts the latest period of those whose heads do not say it yet, from what they have used before. */
async function countLatest(
  transaction: Queries,
  streams: readonly LockedStream[],
  termsOf: (organizationKey: number) => Terms,
): Promise<Map<number, PeriodCount>> {
  const keys = streams.map(({ organizationKey }) => organizationKey);
  const wanted: WantedPeriod[] = [];
  for (const [organizationKey, occurredAt] of await findLatestCounted(transaction, keys)) {
    wanted.push({ organizationKey, period: periodHolding(termsOf(organizationKey).anchors, occurredAt) });
  }
  const counts = await countRequestsOfPeriods(transaction, wanted);
  return new Map(
    wanted.map(({ organizationKey, period }) => [
      organizationKey,
      { periodStart: period.start, requests: countIn(counts, organizationKey, period) },
    ]),
  );
}

function countIn(counts: CountsOfPeriods, organizationKey: number, { start }: BillingPeriod): number {
  return counts.get(organizationKey)?.get(start) ?? 0;
}

/**
 * Counts the earlier periods that a batch reaches back to, by usage or by what its voids take back; nothing is asked when it
 * reaches back to none.
 */
export async function countEarlierPeriods(
  transaction: Queries,
  { records, voided }: CountedBatch,
  streams: ReadonlyMap<OrganizationId, PostingStream>,
): Promise<void> {
  const reached = new Map<PostingStream, Instant[]>();
  for (const record of records) if (record.type === 'usage') reachBack(reached, record.event, streams);
  for (const { charge } of voided) reachBack(reached, charge, streams);
  const wanted = [...reached].flatMap(([{ organizationKey, posting }, occurred]) =>
    earlierPeriods(posting, occurred).map((start) => ({
      organizationKey,
      period: periodHolding(posting.terms.anchors, start),
    })),
  );
  const counts = await countRequestsOfPeriods(transaction, wanted);
  for (const { organizationKey, posting } of reached.keys()) posting.know(counts.get(organizationKey) ?? new Map());
}

export interface CountedBatch {
  readonly records: readonly IdentifiedRecord[];
  readonly voided: Iterable<CorrectedCharge>;
}

/** Notes a stream that is posted on before its latest period, with when. */
function reachBack(
  reached: Map<PostingStream, Instant[]>,
  { organizationId, occurredAt }: { readonly organizationId: OrganizationId; readonly occurredAt: Instant },
  streams: ReadonlyMap<OrganizationId, PostingStream>,
): void {
  const stream = streams.get(organizationId);
  if (!stream?.posting.latest || occurredAt >= stream.posting.latest.periodStart) return;
  const occurred = reached.get(stream);
  if (occurred === undefined) reached.set(stream, [occurredAt]);
  else occurred.push(occurredAt);
}
