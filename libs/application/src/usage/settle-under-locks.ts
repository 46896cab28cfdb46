import {
  type IdentifiedRecord,
  type Instant,
  type KnownUsage,
  type OpenStream,
  type OrganizationId,
  type PriceBook,
  type Settlement,
  type SettlingBatch,
  settleUsage,
  type Sha256,
} from '@floopy/domain';

/** What every transaction reads and locks that brings usage to the ledger, in this order. */
export interface SettlingTransaction {
  readPriceBook(publishedPrices: number): Promise<PriceBook>;
  /** Locks the heads of those organizations that exist, in one order for everybody. */
  lockStreams(organizationIds: readonly OrganizationId[]): Promise<ReadonlyMap<OrganizationId, OpenStream>>;
  readKnownUsage(records: readonly IdentifiedRecord[]): Promise<KnownUsage & UserReferences>;
}

export interface UserReferences {
  readonly userReference: (organizationId: OrganizationId, userId: string) => number;
}

export interface SettlingPorts {
  readonly clock: () => Instant;
  readonly sha256: Sha256;
}

/** Decides what becomes of records, by the prices that are published and under the locks of their organizations' streams. */
export async function settleUnderLocks(
  { clock, sha256 }: SettlingPorts,
  transaction: SettlingTransaction,
  batches: readonly SettlingBatch[],
  publishedPrices: number,
): Promise<Settlement> {
  const identified = batches.flatMap(({ records }) => records);
  const book = await transaction.readPriceBook(publishedPrices);
  const streams = await transaction.lockStreams(organizationsOf(identified));
  const known = await transaction.readKnownUsage(identified);
  const { userReference } = known;
  return settleUsage(batches, { book, streams, known, userReference, now: clock(), sha256 });
}

function organizationsOf(records: readonly IdentifiedRecord[]): OrganizationId[] {
  const ids = new Set<OrganizationId>();
  for (const record of records) if (record.type !== 'rejected') ids.add(record.event.organizationId);
  return [...ids];
}
