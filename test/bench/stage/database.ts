import { claimPartition, createPool, type DatabasePool, migrate, queriesOf } from '@floopy/postgres';
import { databaseUrlFor, withClient } from '../../support/template-database';
import { seedOrganizations } from '../../support/seeded-database';
import { organizationIds, type OrganizationNames, organizationNames } from '../workload/organizations';
import { MODEL, PROVIDER, SOURCES } from '../workload/usage-generator';

/** A database of one contender, as the template was: schema, organizations, rates, and no event. */
export interface BenchDatabase {
  readonly name: string;
  readonly url: string;
  readonly pool: DatabasePool;
  drop(): Promise<void>;
}

const TEMPLATE = 'bench_template';

/** Makes the database that all others are clones of. */
export async function createTemplate(serverUrl: string): Promise<void> {
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${TEMPLATE}`));
  const url = databaseUrlFor(serverUrl, TEMPLATE);
  await migrate(url);
  const pool = createPool({ url, applicationName: 'bench', maxConnections: 1 });
  await seedOrganizations(pool, organizationIds);
  await pool.end();
}

export async function createDatabase(serverUrl: string, name: string, template = TEMPLATE): Promise<BenchDatabase> {
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
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

/** Makes every label that the generator's events will name, as a database has them that has been at work for a while. */
export async function internEveryLabel({ pool }: BenchDatabase): Promise<void> {
  for (const [kind, namesOf] of [
    [1, sharedNames],
    [2, ({ users }: OrganizationNames): readonly string[] => users],
  ] as const) {
    const labels = organizationNames.flatMap((names) => namesOf(names).map((value) => ({ id: names.id, value })));
    await pool.query(
      `INSERT INTO label (organization_key, kind, value)
       SELECT organization_key, $1, value
         FROM unnest($2::text[], $3::text[]) AS named (organization_id, value)
         JOIN organization USING (organization_id)`,
      [kind, labels.map(({ id }) => id), labels.map(({ value }) => value)],
    );
  }
}

function sharedNames({ teams, apiKeys, prompts }: OrganizationNames): readonly string[] {
  return [...SOURCES, PROVIDER, MODEL, ...teams, ...apiKeys, ...prompts];
}
