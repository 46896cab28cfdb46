import { NO_TERMS } from '../src/organization/terms';
import type { PostingTerms } from '../src/overage/open-periods';
import { emptyStream } from '../src/ledger/post-on-stream';
import { organizationIdOf } from '../src/organization/organization';
import type { PriceBook } from '../src/pricing/price-book';
import { type Settlement, settleUsage } from '../src/usage/settle-usage';
import type { SettledBatch } from '../src/usage/settled-batch';
import type { OpenStream, SettlingTerms } from '../src/usage/settling-terms';
import type { UsageEvent } from '../src/usage/usage-event';
import { type IdentifiedRecord, identifyUsage } from '../src/usage/usage-record';
import { aCatalogue } from './a-plan';
import { aBook } from './a-rate-card';
import { at } from './a-usage-event';
import { sha256 } from './sha256';

/** A stream of its own organization that has no event yet. */
export function anOpenStream(id = 'org_acme', markupBasisPoints: number | null = 0): OpenStream {
  const organizationId = organizationIdOf(id);
  return {
    organization: { id: organizationId, name: id, markupBasisPoints },
    head: emptyStream(organizationId),
    posting: aPosting(),
  };
}

/** What posting knows of an organization on the free plan that was never used. */
export function aPosting(stated: Partial<PostingTerms> = {}): PostingTerms {
  return { terms: NO_TERMS, plans: aCatalogue(), latest: null, countedEarlier: () => 0, ...stated };
}

/** Events at offsets 0, 1, 2 …, as they are settled. */
export function records(...events: readonly UsageEvent[]): IdentifiedRecord[] {
  return events.map((event, offset) => identifyUsage(offset, { type: 'usage', event }, sha256));
}

/** Cuts events into batches of these sizes, taken in turn. */
export function cut(events: readonly UsageEvent[], sizes: readonly number[]): UsageEvent[][] {
  const rest = [...events];
  const batches: UsageEvent[][] = [];
  while (rest.length > 0) batches.push(rest.splice(0, sizes[batches.length % sizes.length]));
  return batches;
}

export const INGEST_PARTITION = 1;

/** What became of a batch, and of its organizations, when it is settled alone. */
export type LoneSettlement = SettledBatch & Pick<Settlement, 'heads' | 'counts'>;

export function settleAlone(batch: readonly IdentifiedRecord[], under: SettlingTerms): LoneSettlement {
  const { batches, heads, counts } = settleUsage([{ ingestPartition: INGEST_PARTITION, records: batch }], under);
  const [settled] = batches;
  if (settled === undefined) throw new Error('a batch was not settled');
  return { ...settled, heads, counts };
}

/** The terms under which `org_acme`, which is new, uses gpt-4o. */
export function terms(
  stated: Partial<SettlingTerms> = {},
  streams: readonly OpenStream[] = [anOpenStream()],
  book: PriceBook = aBook(),
): SettlingTerms {
  return {
    book,
    streams: new Map(streams.map((stream) => [stream.organization.id, stream])),
    known: { applied: new Map(), countedRequests: new Set(), charges: new Map() },
    userReference: (organizationId, userId) => organizationId.length * 100 + userId.length,
    now: at('2026-11-23T10:00:05Z'),
    sha256,
    ...stated,
  };
}
