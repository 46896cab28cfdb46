import { followSpend } from '@floopy/application';
import { type OrganizationId, organizationIdOf } from '@floopy/domain';
import {
  createPool,
  createSpendFollowerStore,
  type DatabasePool,
  findOrganizationKey,
  queriesOf,
  type SpendFollowerLimits,
} from '@floopy/postgres';
import { openUsageFeed, type UsageFeed } from './applied-usage';
import { createSeededDatabase, type SeededDatabase } from './seeded-database';
import { aPlainUsage, type PlainUsage } from './usage-records';

export const ACME = organizationIdOf('org_acme');
export const GLOBEX = organizationIdOf('org_globex');

/** A seeded database with a feed of usage, a follower of its spend, and a pool of the reader's. */
export interface SpendFixture {
  readonly database: SeededDatabase;
  readonly reader: DatabasePool;
  readonly feed: UsageFeed;
  keyOf(organizationId: OrganizationId): number;
  /** Rounds of a follower of their own. */
  follower(limits?: SpendFollowerLimits): () => Promise<number>;
  close(): Promise<void>;
}

export async function openSpendFixture(): Promise<SpendFixture> {
  const database = await createSeededDatabase();
  const reader = createPool({
    url: database.url,
    role: 'floopy_reader',
    applicationName: 'test-reader',
    maxConnections: 2,
    pipeline: true,
  });
  const keys = new Map<OrganizationId, number>();
  for (const id of [ACME, GLOBEX]) keys.set(id, (await findOrganizationKey(queriesOf(database.pool), id)) ?? 0);
  return {
    database,
    reader,
    feed: await openUsageFeed(database.pool),
    keyOf: (id) => keys.get(id) ?? 0,
    follower(limits = { streams: 100, eventsPerStream: 1_000 }) {
      const ports = { store: createSpendFollowerStore(database.pool, limits) };
      return () => followSpend(ports);
    },
    async close() {
      await reader.end();
      await database.drop();
    },
  };
}

/** Runs rounds until nothing is behind. */
export async function catchUp(round: () => Promise<number>): Promise<void> {
  for (let count = 1; count > 0;) count = await round();
}

/** n tokens of output at 0.001 cent each. */
export function spending(
  id: string,
  tokens: number,
  body: PlainUsage['body'] = {},
  time = '2026-11-01T10:00:00.000Z',
): PlainUsage {
  const fields = { request_id: `req_${id}`, usage: { input_tokens: 0, output_tokens: tokens }, ...body };
  return aPlainUsage({ id, time, body: fields });
}
