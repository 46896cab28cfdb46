import type { BatchRecord, IngestPorts, IngestTransaction, UserReferences } from '@floopy/application';
import {
  assert,
  type IdentifiedRecord,
  type IdentifiedUsage,
  type KnownUsage,
  type OrganizationId,
  type PlanCatalogue,
  type PriceBook,
  type Sha256,
} from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import { inTransaction, type Transaction } from '../connection/transaction';
import { findAppliedUsage } from '../ledger/find-applied-usage';
import { findCountedRequests } from '../ledger/find-counted-requests';
import { internLabels, type LabelKeys, LabelMemory } from '../ledger/intern-labels';
import { type Label, LABEL_KIND, type LabelKind } from '../ledger/label';
import { LockedTermsMemory } from '../organization/locked-terms-memory';
import { PlanCatalogueMemory } from '../plans/plan-catalogue-memory';
import { BEGIN_PRICING } from '../pricing/prices-lock';
import type { PriceBookMemory } from '../pricing/price-book-memory';
import { lockPartitions } from './lock-partitions';
import { countEarlierPeriods, openStreams, type PostingStream } from './open-streams';
import { recordDigest } from './record-digest';
import { saveIngested } from './save-ingested';

/**
 * Planner settings of the sessions that ingest. Their statements are prepared once and live for weeks: a plan made
 * while a table was empty, such as a sequential scan, must not be kept when it has a billion rows.
 */
export const INGEST_SETTINGS = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_bitmapscan: 'off',
  jit: 'off',
} as const;

/** The store behind `ingestUsage`: everything that batches read and write, in one Postgres transaction. */
export function createIngestStore(pool: DatabasePool, prices: PriceBookMemory, sha256: Sha256): IngestPorts['store'] {
  const memories = {
    prices,
    labels: new LabelMemory(),
    plans: new PlanCatalogueMemory(),
    terms: new LockedTermsMemory(),
  };
  return {
    inTransaction: (work) =>
      inTransaction(pool, (transaction) => work(ingestTransaction(transaction, memories, sha256)), BEGIN_PRICING),
  };
}

/** What stays known from batch to batch, each with the number or the key by which it is known to be current. */
interface IngestMemories {
  readonly prices: PriceBookMemory;
  readonly plans: PlanCatalogueMemory;
  readonly terms: LockedTermsMemory;
  readonly labels: LabelMemory;
}

function ingestTransaction(transaction: Transaction, memories: IngestMemories, sha256: Sha256): IngestTransaction {
  let plans: PlanCatalogue | undefined;
  let streams = new Map<OrganizationId, PostingStream>();
  let labels: LabelKeys | undefined;
  return {
    lockPartitions: (places) => lockPartitions(transaction, places),
    async readPriceBook(publishedPrices): Promise<PriceBook> {
      plans = await memories.plans.plansOf(transaction, publishedPrices);
      return memories.prices.bookOf(transaction, publishedPrices);
    },
    async lockStreams(organizationIds) {
      assert(plans !== undefined, 'plans are read with the prices, before any stream is locked');
      streams = await openStreams(transaction, organizationIds, { plans, memory: memories.terms });
      return streams;
    },
    async readKnownUsage(records): Promise<KnownUsage & UserReferences> {
      const keyed = usageOfLockedStreams(records, streams);
      const [applied, countedRequests, interned] = await Promise.all([
        findAppliedUsage(transaction, keyed),
        findCountedRequests(transaction, keyed),
        internLabels(transaction, unknownLabels(keyed, memories.labels), memories.labels),
        countEarlierPeriods(transaction, records, streams),
      ]);
      labels = interned;
      return {
        applied,
        countedRequests,
        userReference: (organizationId, userId) =>
          interned.userKey(streamOf(streams, organizationId).organizationKey, userId),
      };
    },
    async save(ingested) {
      assert(labels !== undefined, 'what is known is read before anything is saved');
      const digestOf = (record: BatchRecord): string => recordDigest(record, sha256);
      await saveIngested(transaction, ingested, { streamOf: (id) => streamOf(streams, id), labels, digestOf });
    },
  };
}

function streamOf(streams: ReadonlyMap<OrganizationId, PostingStream>, organizationId: OrganizationId): PostingStream {
  const stream = streams.get(organizationId);
  assert(stream !== undefined, 'only locked streams are written to');
  return stream;
}

interface KeyedUsage {
  readonly organizationKey: number;
  readonly usage: IdentifiedUsage;
}

function usageOfLockedStreams(
  records: readonly IdentifiedRecord[],
  streams: ReadonlyMap<OrganizationId, PostingStream>,
): KeyedUsage[] {
  const keyed: KeyedUsage[] = [];
  for (const record of records) {
    if (record.type !== 'usage') continue;
    const stream = streams.get(record.event.organizationId);
    if (stream !== undefined) keyed.push({ organizationKey: stream.organizationKey, usage: record });
  }
  return keyed;
}

/** What a batch names and the memory does not know: nothing at all for most batches. */
function unknownLabels(keyed: readonly KeyedUsage[], memory: LabelMemory): Omit<Label, 'labelKey'>[] {
  const labels: Omit<Label, 'labelKey'>[] = [];
  for (const { organizationKey, usage } of keyed) {
    const { source, provider, model, teamId, apiKeyId, promptId, userId } = usage.event;
    const collect = (kind: LabelKind, value: string | null): void => {
      if (value === null || memory.keyOf(organizationKey, kind, value) !== undefined) return;
      labels.push({ organizationKey, kind, value });
    };
    for (const name of [source, provider, model, teamId, apiKeyId, promptId]) collect(LABEL_KIND.name, name);
    collect(LABEL_KIND.user, userId);
  }
  return labels;
}
