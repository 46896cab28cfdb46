import { migrate } from '@floopy/postgres';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { type TestServers, testServers } from './servers';
import { databaseUrlFor, provideTemplateDatabase, testDatabasePrefix, withClient } from './template-database';

export interface TestDatabase {
  /** A superuser's. The roles floopy_writer and floopy_reader exist. */
  readonly url: string;
  /** Drops the database. @throws when the test has left a connection open, naming it. */
  drop(): Promise<void>;
}

/** A closed connection's session is gone a moment later; one that is there after this time was not closed. */
const SESSIONS_END_WITHIN_MS = 2000;
const POLL_MS = 20;

/** A database of its own for a test, with the migrated schema and no rows: a clone, made in some 30 ms. */
export async function createTestDatabase(servers: TestServers = testServers()): Promise<TestDatabase> {
  return cloneDatabase(await provideTemplateDatabase(servers, migrate), servers);
}

/** A database as another one is now, to which nobody may be connected. */
export function copyTestDatabase(url: string, servers: TestServers = testServers()): Promise<TestDatabase> {
  return cloneDatabase(new URL(url).pathname.slice(1), servers);
}

async function cloneDatabase(template: string, servers: TestServers): Promise<TestDatabase> {
  const name = `${testDatabasePrefix(servers)}${randomBytes(6).toString('hex')}`;
  // FILE_COPY lets Postgres clone the files where it can, without writing every page to the log.
  await withClient(servers.databaseUrl, (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`),
  );
  return {
    url: databaseUrlFor(servers.databaseUrl, name),
    drop: () => withClient(servers.databaseUrl, (client) => dropWithoutForce(client, name)),
  };
}

async function dropWithoutForce(client: Client, name: string): Promise<void> {
  const leaked = await waitForSessionsToEnd(client, name);
  if (leaked.length === 0) {
    await client.query(`DROP DATABASE ${name}`);
    return;
  }
  // The database goes all the same, so that one leak does not fail the tests that come after.
  await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
  throw new Error(`The test has left ${leaked.length} connection(s) to ${name} open:\n${leaked.join('\n')}`);
}

async function waitForSessionsToEnd(client: Client, name: string): Promise<string[]> {
  const deadline = Date.now() + SESSIONS_END_WITHIN_MS;
  for (;;) {
    const sessions = await listSessions(client, name);
    if (sessions.length === 0 || Date.now() > deadline) return sessions;
    await sleep(POLL_MS);
  }
}

async function listSessions(client: Client, name: string): Promise<string[]> {
  const { rows } = await client.query<{ application_name: string; state: string | null; query: string }>(
    'SELECT application_name, state, query FROM pg_stat_activity WHERE datname = $1 AND backend_type = $2',
    [name, 'client backend'],
  );
  return rows.map((row) => `- ${row.application_name || 'unnamed'} (${row.state ?? 'no state'}): ${row.query}`);
}
