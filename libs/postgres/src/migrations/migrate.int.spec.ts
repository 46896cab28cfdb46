import { DataSource } from 'typeorm';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage } from '../../../../test/support/usage-records';
import { migrate, MIGRATIONS } from './migrate';

/** Everything that a migration can make, a line each, in an order that does not depend on when it was made. */
const SHAPE = `
  SELECT line FROM (
    SELECT format('column %s.%s %s %s %s %s', table_name, column_name, udt_name, numeric_precision, is_nullable,
                  column_default) AS line
      FROM information_schema.columns WHERE table_schema = 'public'
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL SELECT format('constraint %s %s %s', conrelid::regclass, pg_get_constraintdef(oid), convalidated)
                 FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
     UNION ALL SELECT format('%s %s', pg_get_functiondef(oid), proacl)
                 FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     UNION ALL SELECT format('policy %s %s %s %s %s %s', tablename, policyname, roles, cmd, qual, with_check)
                 FROM pg_policies
     UNION ALL SELECT format('table %s %s %s %s', relname, reloptions, relrowsecurity, relforcerowsecurity)
                 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
     UNION ALL SELECT format('grant %s %s to %s', table_name, privilege_type, grantee)
                 FROM information_schema.role_table_grants WHERE grantee LIKE 'floopy%'
     UNION ALL SELECT format('grant %s.%s %s to %s', table_name, column_name, privilege_type, grantee)
                 FROM information_schema.role_column_grants WHERE grantee LIKE 'floopy%') AS shape
   WHERE line NOT LIKE '%schema_migration%'
   ORDER BY line`;

let database: SeededDatabase;
beforeEach(async () => {
  database = await createSeededDatabase();
});
afterEach(() => database.drop());

/** Runs `work` with the migrations of one past, as if those after it had not been written yet. */
async function withMigrations<Result>(count: number, work: (source: DataSource) => Promise<Result>): Promise<Result> {
  const source = new DataSource({
    type: 'postgres',
    url: database.url,
    migrations: MIGRATIONS.slice(0, count),
    migrationsTableName: 'schema_migration',
  });
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

async function shape(): Promise<string[]> {
  return (await database.pool.query<{ line: string }>(SHAPE)).rows.map(({ line }) => line);
}

async function undoTo(count: number): Promise<void> {
  await withMigrations(MIGRATIONS.length, async (source) => {
    for (let left = MIGRATIONS.length; left > count; left -= 1) await source.undoLastMigration({ transaction: 'each' });
  });
}

describe('migrations', () => {
  it('are each undone without a trace, and done again to the same end', async () => {
    const shapes: string[][] = [];
    await withMigrations(MIGRATIONS.length, async (source) => {
      for (let left = MIGRATIONS.length; left > 0; left -= 1) {
        shapes[left] = await shape();
        await source.undoLastMigration({ transaction: 'each' });
      }
    });
    expect(await shape()).toEqual([]);
    for (let count = 1; count <= MIGRATIONS.length; count += 1) {
      await withMigrations(count, (source) => source.runMigrations({ transaction: 'each' }));
      expect({ count, shape: await shape() }).toEqual({ count, shape: shapes[count] });
    }
    expect(await migrate(database.url)).toEqual([]);
  });

  it('back to before there were plans, and forward again, keep the ledger, which then goes on', async () => {
    const before = await openUsageFeed(database.pool, 'usage.before');
    await before.apply([1, 2, 3].map((id) => aPlainUsage({ id: `evt_${id}`, body: { request_id: `req_${id}` } })));
    const entries = 'SELECT sequence, amount, balance_after, hash FROM ledger_event ORDER BY sequence';
    const { rows: kept } = await database.pool.query(entries);
    await undoTo(8);
    expect((await database.pool.query(entries)).rows).toEqual(kept);
    expect(await migrate(database.url)).toHaveLength(MIGRATIONS.length - 8);
    expect((await database.pool.query(entries)).rows).toEqual(kept);
    const after = await openUsageFeed(database.pool, 'usage.after');
    await after.apply([aPlainUsage({ id: 'evt_4', body: { request_id: 'req_4' } })]);
    const { rows } = await database.pool.query(
      'SELECT sequence::int, plan_version, counted FROM ledger_event WHERE sequence > 2 ORDER BY sequence',
    );
    expect(rows).toEqual([
      { sequence: 3, plan_version: null, counted: true },
      { sequence: 4, plan_version: 1, counted: true },
    ]);
  });
});
