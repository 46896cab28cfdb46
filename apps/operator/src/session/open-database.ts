import { createPool, type DatabasePool, isMigrated, queriesOf } from '@floopy/postgres';
import { databaseUrlSetting, type Environment, parseConfig } from '@floopy/runtime';
import { z } from 'zod';
import { describe, NotReachable, WrongUsage } from './faults';

const settings = z.object({ DATABASE_URL: databaseUrlSetting });
const MAX_CONNECTIONS = 3;

/** What a command may do: one that was not declared as an act could not be written down, and is refused to write. */
export type SessionPurpose = 'reading' | 'acting';

/** Connects as the writer, who sees every organization and may change no entry. @throws NotReachable */
export async function openDatabase(environment: Environment, purpose: SessionPurpose): Promise<DatabasePool> {
  const outcome = parseConfig(settings, environment);
  if (outcome.type === 'faulty') throw new WrongUsage(outcome.message);
  const url = outcome.config.DATABASE_URL;
  const pool = createPool({
    url,
    role: 'floopy_writer',
    applicationName: 'floopy-operator',
    maxConnections: MAX_CONNECTIONS,
    pipeline: true,
    ...(purpose === 'reading' ? { settings: { default_transaction_read_only: 'on' } } : {}),
  });
  try {
    await requireSchema(pool, url);
    return pool;
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function requireSchema(pool: DatabasePool, url: string): Promise<void> {
  const isThere = await isMigrated(queriesOf(pool)).catch((error: unknown) => {
    if (isMissingRole(error)) return false;
    throw new NotReachable(`Postgres is not reachable at ${withoutPassword(url)}: ${describe(error)}`, error);
  });
  if (isThere) return;
  throw new NotReachable(
    `The ledger is not reachable: the database at ${withoutPassword(url)} is not migrated. ` +
      'Start what migrates it ("npm start" does), or name another in DATABASE_URL.',
  );
}

/** The roles are made by the first migration of a server. */
function isMissingRole(error: unknown): boolean {
  return error instanceof Error && /role "floopy_writer" does not exist|parameter "role"/.test(error.message);
}

function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.host}${parsed.pathname}`;
  } catch {
    return 'the address in DATABASE_URL';
  }
}
