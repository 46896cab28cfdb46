import { Organizations1780000000001 } from './1-organizations';
import { Ledger1780000000002 } from './2-ledger';
import { Ingest1780000000003 } from './3-ingest';
import { Pricing1780000000004 } from './4-pricing';
import { Access1780000000005 } from './5-access';
import { Relay1780000000006 } from './6-relay';
import { BoundReads1780000000007 } from './7-bound-reads';
import { EmptyTail1780000000008 } from './8-empty-tail';
import { Terms1780000000009 } from './9-terms';
import { Admission1780000000010 } from './10-admission';
import { Spend1780000000011 } from './11-spend';
import { Posting1780000000012 } from './12-posting';
import { Alerts1780000000013 } from './13-alerts';
import { ParkedDays1780000000014 } from './14-parked-days';
import { EndedHolds1780000000015 } from './15-ended-holds';
import { CurrentBalances1780000000016 } from './16-current-balances';
import { Audit1780000000017 } from './17-audit';
import { DeadLetterWorkbench1780000000018 } from './18-dead-letter-workbench';
import { Corrections1780000000019 } from './19-corrections';
import { Reprices1780000000020 } from './20-reprices';
import { Rebuild1780000000021 } from './21-rebuild';
import { Replay1780000000023 } from './23-replay';
import { Freezing1780000000030 } from './30-freezing';
import { Incarnations1780000000031 } from './31-incarnations';

/** Every migration, oldest first. A landed one is never edited; a change is another one. */
export const MIGRATIONS = [
  Organizations1780000000001,
  Ledger1780000000002,
  Ingest1780000000003,
  Pricing1780000000004,
  Access1780000000005,
  Relay1780000000006,
  BoundReads1780000000007,
  EmptyTail1780000000008,
  Terms1780000000009,
  Admission1780000000010,
  Spend1780000000011,
  Posting1780000000012,
  Alerts1780000000013,
  ParkedDays1780000000014,
  EndedHolds1780000000015,
  CurrentBalances1780000000016,
  Audit1780000000017,
  DeadLetterWorkbench1780000000018,
  Corrections1780000000019,
  Reprices1780000000020,
  Rebuild1780000000021,
  Replay1780000000023,
  Freezing1780000000030,
  Incarnations1780000000031,
];

/** Any number will do, as long as every process that migrates takes the same. */
const MIGRATION_LOCK = 7_305_110;

/**
 * Brings the database up to date. Two processes that start at once take turns; the second finds nothing to do. TypeORM is
 * loaded by who migrates, and by nobody else.
 * @returns the names of the migrations that this call ran.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const { DataSource } = await import('typeorm');
  const source = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    migrations: MIGRATIONS,
    migrationsTableName: 'schema_migration',
    applicationName: 'floopy-migrate',
    extra: { max: 2 },
  });
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await source.runMigrations({ transaction: 'each' });
    return ran.map((migration) => migration.name);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await lock.release();
    await source.destroy();
  }
}
