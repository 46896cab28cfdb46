import type { SettlingTransaction, UserReferences } from '@floopy/application';
import {
  assert,
  type IdentifiedRecord,
  type IdentifiedUsage,
  type KnownUsage,
  type OrganizationId,
  type PlanCatalogue,
} from '@floopy/domain';
import type { Transaction } from '../connection/transaction';
import { type KeyedVoid, labelsOfVoids, readVoidedCharges } from '../corrections/read-voided-charges';
import { findAppliedUsage } from '../ledger/find-applied-usage';
import { findCountedRequests } from '../ledger/find-counted-requests';
import { internLabels, type LabelKeys, LabelMemory } from '../ledger/intern-labels';
import { type Label, LABEL_KIND, type LabelKind } from '../ledger/label';
import { LockedTermsMemory } from '../organization/locked-terms-memory';
import { PlanCatalogueMemory } from '../plans/plan-catalogue-memory';
import type { PriceBookMemory } from '../pricing/price-book-memory';
import { countEarlierPeriods, openStreams, type PostingStream } from './open-streams';
import type { PostedTerms } from './save-posted';

/** What stays known from batch to batch, each with the number or the key by which it is known to be current. */
export class SettlingMemories {
  readonly plans = new PlanCatalogueMemory();
  readonly terms = new LockedTermsMemory();
  readonly labels = new LabelMemory();

  constructor(readonly prices: PriceBookMemory) {}
}

/** What a transaction locks and reads before it posts usage, and what saving it then needs to know. */
export interface OpenedSettling extends SettlingTransaction {
  readonly posted: () => PostedTerms;
}

export function openSettling(transaction: Transaction, memories: SettlingMemories): OpenedSettling {
  let plans: PlanCatalogue | undefined;
  let streams = new Map<OrganizationId, PostingStream>();
  let labels: LabelKeys | undefined;
  return {
    async readPriceBook(publishedPrices) {
      plans = await memories.plans.plansOf(transaction, publishedPrices);
      return memories.prices.bookOf(transaction, publishedPrices);
    },
    async lockStreams(organizationIds) {
      assert(plans !== undefined, 'plans are read with the prices, before any stream is locked');
      streams = await openStreams(transaction, organizationIds, { plans, memory: memories.terms });
      return streams;
    },
    async readKnownUsage(records): Promise<KnownUsage & UserReferences> {
      const { usage, voids } = eventsOfLockedStreams(records, streams);
      const charges = await readVoidedCharges(transaction, voids);
      const named = unknownLabels(usage, memories.labels);
      if (voids.length > 0) named.push(...labelsOfVoids(voids, charges));
      const [applied, countedRequests, interned] = await Promise.all([
        findAppliedUsage(transaction, voids.length === 0 ? usage : [...usage, ...voids]),
        findCountedRequests(transaction, usage),
        internLabels(transaction, named, memories.labels),
        countEarlierPeriods(transaction, { records, voided: charges.values() }, streams),
      ]);
      labels = interned;
      return {
        applied,
        countedRequests,
        charges,
        userReference: (organizationId, userId) =>
          interned.userKey(streamOf(streams, organizationId).organizationKey, userId),
      };
    },
    posted() {
      assert(labels !== undefined, 'what is known is read before anything is saved');
      return { streamOf: (id) => streamOf(streams, id), labels };
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

interface KeyedEvents {
  readonly usage: readonly KeyedUsage[];
  readonly voids: readonly KeyedVoid[];
}

function eventsOfLockedStreams(
  records: readonly IdentifiedRecord[],
  streams: ReadonlyMap<OrganizationId, PostingStream>,
): KeyedEvents {
  const usage: KeyedUsage[] = [];
  const voids: KeyedVoid[] = [];
  for (const record of records) {
    if (record.type === 'rejected') continue;
    const stream = streams.get(record.event.organizationId);
    if (stream === undefined) continue;
    const { organizationKey } = stream;
    if (record.type === 'usage') usage.push({ organizationKey, usage: record });
    else voids.push({ organizationKey, usage: record });
  }
  return { usage, voids };
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
