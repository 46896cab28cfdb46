import { Client } from 'pg';
import type { TestServers } from './servers';

/** Any number will do, as long as nothing else on the server locks it. */
const TEMPLATE_LOCK = 7_061_938;

/**
 * The name of a database that holds the migrated schema, for tests to clone. The first test file of a run that asks
 * makes it; files that ask meanwhile wait for the lock and find it made.
 */
export async function provideTemplateDatabase(
  servers: TestServers,
  migrateDatabase: (url: string) => Promise<unknown>,
): Promise<string> {
  const name = templateName(servers);
  await withClient(servers.databaseUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount !== 0) return;
    // Migrated under another name first: a template that exists is one that is whole.
    const draft = `${name}_draft`;
    await client.query(`DROP DATABASE IF EXISTS ${draft}`);
    await client.query(`CREATE DATABASE ${draft}`);
    await migrateDatabase(databaseUrlFor(servers.databaseUrl, draft));
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
  });
  return name;
}

/** Drops the template, and the databases of tests that failed before they could drop theirs. */
export async function dropDatabasesOfRun(servers: TestServers): Promise<void> {
  await withClient(servers.databaseUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1) OR starts_with(datname, $2)',
      [templateName(servers), testDatabasePrefix(servers)],
    );
    for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  });
}

export function testDatabasePrefix(servers: TestServers): string {
  return `floopy_test_${servers.run}_`;
}

export async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url, application_name: 'floopy-test-support' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The same server, user and options, another database. */
export function databaseUrlFor(url: string, database: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return parsed.toString();
}

function templateName(servers: TestServers): string {
  return `floopy_template_${servers.run}`;
}
