import type { KnownRecords, ProofSnapshot, ProvenPartition } from '@floopy/application';
import type { IdentifiedRecord, IdentifiedUsage, IdentifiedVoid, OrganizationId } from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import type { Queries } from '../connection/queries';
import { readVoidedCharges } from '../corrections/read-voided-charges';
import { LabelTextMemory } from '../ledger/read-label-texts';
import { inSnapshot } from '../ledger/stream-connection';
import { readPublishedPlans } from '../ledger/stream-plans';
import { readPublishedContents } from '../ledger/stream-prices';
import { CountsBefore } from './counts-before';
import { readEntriesOfRecords, type WantedEntry } from './read-entries-of-records';
import { readEntryPlaces } from './read-entry-places';
import { readKeptDecisions } from './read-kept-decisions';
import { readProvenOrganizations } from './read-proven-organizations';
import { readTopicPartitions } from './read-topic-partitions';

/** Runs `work` on one view of the ledger and of how far a topic was read, while everybody else goes on writing. */
export async function inProofSnapshot<Result>(
  pool: DatabasePool,
  topic: string,
  work: (snapshot: ProofSnapshot, partitions: readonly ProvenPartition[]) => Promise<Result>,
): Promise<Result> {
  return inSnapshot(pool, async (reader) => {
    const [memory, counts] = [new LabelTextMemory(), new CountsBefore(reader)];
    const snapshot: ProofSnapshot = {
      readPublishedContents: () => readPublishedContents(reader),
      readPublishedPlans: () => readPublishedPlans(reader),
      readDecisions: (ingestPartition, offsets) => readKeptDecisions(reader, ingestPartition, offsets),
      readKnown: (records) => readKnown(reader, memory, records),
      countBefore: (places) => counts.of(places),
      readPlaces: (ingestPartitions) => readEntryPlaces(reader, ingestPartitions),
    };
    return work(snapshot, await readTopicPartitions(reader, topic));
  });
}

async function readKnown(
  queries: Queries,
  memory: LabelTextMemory,
  records: readonly IdentifiedRecord[],
): Promise<KnownRecords> {
  const usages = records.flatMap((record) => (record.type === 'rejected' ? [] : [record]));
  const ids = [...new Set(usages.map(({ event }) => event.organizationId))];
  const found = await readProvenOrganizations(queries, ids);
  const organizations = new Map(found.map((one) => [one.organization.id, one]));
  const wanted = usages.flatMap((usage) => wantedEntry(usage, organizations.get(usage.event.organizationId)));
  const voids = usages.flatMap((usage) => {
    const organization = organizations.get(usage.event.organizationId);
    if (usage.type !== 'voided' || organization === undefined) return [];
    return [{ organizationKey: organization.organizationKey, usage }];
  });
  return {
    organizations,
    entries: await readEntriesOfRecords(queries, wanted, memory),
    charges: await readVoidedCharges(queries, voids),
  };
}

function wantedEntry(
  usage: IdentifiedUsage | IdentifiedVoid,
  organization:
    { readonly organizationKey: number; readonly organization: { readonly id: OrganizationId } } | undefined,
): WantedEntry[] {
  if (organization === undefined) return [];
  return [{ organizationKey: organization.organizationKey, organizationId: organization.organization.id, usage }];
}
