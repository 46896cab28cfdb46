import { publishRateCard } from '@floopy/application';
import { instantOfMilliseconds, type RateCardDraft } from '@floopy/domain';
import {
  claimPartition,
  createPool,
  createPublishingStore,
  type DatabasePool,
  migrate,
  queriesOf,
} from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import { databaseUrlFor, withClient } from '../../support/template-database';
import { SEEDED_CARD } from '../../support/seeded-database';
import { organizationIds } from '../workload/organizations';

/** A database of one contender, as the template was: schema, organizations, rates, and no event. */
export interface BenchDatabase {
  readonly name: string;
  readonly url: string;
  readonly pool: DatabasePool;
  drop(): Promise<void>;
}

const TEMPLATE = 'bench_template';
const CARD: RateCardDraft = {
  ...SEEDED_CARD,
  inForce: { start: instantOfMilliseconds(Date.UTC(2020, 0, 1)), end: null },
};

/** Makes the database that all others are clones of. */
export async function createTemplate(serverUrl: string): Promise<void> {
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${TEMPLATE}`));
  const url = databaseUrlFor(serverUrl, TEMPLATE);
  await migrate(url);
  const pool = createPool({ url, applicationName: 'bench', maxConnections: 1 });
  await pool.query(
    `WITH created AS (
       INSERT INTO organization (organization_id, name) SELECT id, id FROM unnest($1::text[]) AS id
       RETURNING organization_key)
     INSERT INTO organization_head (organization_key) SELECT organization_key FROM created`,
    [organizationIds],
  );
  const store = createPublishingStore(pool);
  await publishRateCard({ store, clock: systemClock, sha256 }, { draft: CARD, publishedBy: 'bench' });
  await pool.end();
}

export async function createDatabase(serverUrl: string, name: string): Promise<BenchDatabase> {
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`));
  const url = databaseUrlFor(serverUrl, name);
  const pool = createPool({ url, applicationName: 'bench', maxConnections: 2 });
  return {
    name,
    url,
    pool,
    async drop() {
      await pool.end();
      await withClient(serverUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

/** How many records of a topic were passed: what its reader says in the very transactions that pass them. */
export async function passedRecords({ pool }: Pick<BenchDatabase, 'pool'>, topic: string): Promise<number> {
  const { rows } = await pool.query<{ passed: number }>({
    name: 'passed_records',
    text: 'SELECT coalesce(sum(next_offset - first_offset), 0)::int AS passed FROM ingest_partition WHERE topic = $1',
    values: [topic],
  });
  return rows[0]?.passed ?? 0;
}

/** Makes the rows in which offsets are kept, for readers that do not make them by themselves. */
export async function claimEveryPartition(
  { pool }: Pick<BenchDatabase, 'pool'>,
  topic: string,
  partitions: number,
): Promise<number[]> {
  const epochs: number[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    const { epoch } = await claimPartition(queriesOf(pool), topic, partition, 0);
    epochs.push(epoch);
  }
  return epochs;
}
