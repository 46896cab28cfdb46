import { organizationIdOf } from '@floopy/domain';
import { openUsageFeed, type UsageFeed } from '../../../../test/support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage } from '../../../../test/support/usage-records';
import { createPool, type DatabasePool } from '../connection/pool';
import { queriesOf } from '../connection/queries';
import { findOrganizationKey } from './find-organization-key';
import { inOrganization, readOnceInOrganization } from './in-organization';
import { listOrganizations } from './list-organizations';

const READER = { role: 'floopy_reader', pipeline: true } as const;

let database: SeededDatabase;
let reader: DatabasePool;
let writer: DatabasePool;
let acme: number;
let feed: UsageFeed;

/** Every table with rows of organizations, found in the catalogue, so that one that is added is held to this too. */
async function tablesOfOrganizations(): Promise<string[]> {
  const { rows } = await database.pool.query<{ table_name: string }>(`
    SELECT DISTINCT table_name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name IN ('organization_key', 'organization_id')
       AND table_name IN (SELECT table_name FROM information_schema.role_table_grants
                           WHERE grantee = 'floopy_reader' AND privilege_type = 'SELECT')
     ORDER BY table_name`);
  return rows.map((row) => row.table_name);
}

async function countRows(pool: DatabasePool, table: string): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
  return Number(rows[0]?.count);
}

beforeAll(async () => {
  database = await createSeededDatabase();
  reader = createPool({ ...READER, url: database.url, applicationName: 'test-reader', maxConnections: 2 });
  writer = createPool({ url: database.url, role: 'floopy_writer', applicationName: 'test-writer', maxConnections: 2 });
  feed = await openUsageFeed(database.pool);
  const metadata = { metadata: { feature: 'faq' } };
  await feed.apply([
    aPlainUsage({ id: 'evt_1', body: metadata }),
    aPlainUsage({ id: 'evt_2', body: { ...metadata, organization_id: 'org_globex' } }),
    aPlainUsage({ id: 'evt_3', body: { model: 'no-such-model' } }),
    aPlainUsage({ id: 'evt_4', body: { model: 'no-such-model', organization_id: 'org_globex' } }),
  ]);
  await database.pool.query(`
    INSERT INTO idempotency_key SELECT organization_key, 'k', 'd', 1 FROM organization;
    INSERT INTO rate_override (organization_key, version, override_id, content, content_hash, in_force_start,
                               published_at, published_by)
    SELECT organization_key, 1, 'o', '{}', repeat('0', 64), now(), now(), 'test' FROM organization;
    INSERT INTO organization_change (organization_key, change_number, kind, position, recorded_at, effective_at,
                                     changed_by, content)
    SELECT organization_key, 1, 6, 0, now(), now(), 'test', '{}' FROM organization;
    INSERT INTO member SELECT organization_key, 'ada', 1 FROM organization;
    INSERT INTO hold (organization_key, state, position, admitted_at, expires_at, amount, request_id, hold_id)
    SELECT organization_key, 1, 0, now(), now() + interval '1 minute', 1, 'req_1', 'hold_1' FROM organization;
    INSERT INTO held_organization SELECT organization_key FROM organization;
    INSERT INTO team_spend SELECT organization_key, now(), 0, 1, 1 FROM organization;
    INSERT INTO hourly_spend SELECT organization_key, now(), 1, 1 FROM organization;
    INSERT INTO follower_checkpoint SELECT organization_key, 1, 1 FROM organization;
    INSERT INTO alert_settings SELECT organization_key, '{}', now(), 'test' FROM organization;
    INSERT INTO alert_endpoint (endpoint_id, organization_key, kind, address, created_at, created_by)
    SELECT 'end_' || organization_id, organization_key, 2, 'a@example.com', now(), 'test' FROM organization;
    INSERT INTO alert (alert_id, organization_key, kind, figures, fired_at)
    SELECT 'alr_' || organization_id, organization_key, 'test', '{}', now() FROM organization;
    INSERT INTO alert_delivery (organization_key, alert_id, endpoint_id, next_attempt_at)
    SELECT organization_key, 'alr_' || organization_id, 'end_' || organization_id, now() FROM organization;
    INSERT INTO period_overage SELECT organization_key, now(), now() + interval '1 day', 1, 0, 0, 1, 0 FROM organization;
    INSERT INTO operator_act (actor, account, channel, command, arguments) VALUES ('a', 'a', 'http', 'c', '{}');
    INSERT INTO operator_act_outcome (act_number, outcome) SELECT act_number, 'failed' FROM operator_act;
    INSERT INTO carried_overage
    SELECT organization_key, now(), now() + interval '1 day', now() + interval '2 days', now() + interval '3 days', 1, 1
      FROM organization`);
  acme = (await findOrganizationKey(queriesOf(reader), organizationIdOf('org_acme'))) ?? 0;
});

afterAll(async () => {
  await Promise.all([reader.end(), writer.end()]);
  await database.drop();
});

describe('the reader', () => {
  it('sees no row of any organization when it is bound to none, and only those of the one it is bound to', async () => {
    const tables = await tablesOfOrganizations();
    expect(tables).toEqual(expect.arrayContaining(['dead_letter', 'label', 'ledger_event', 'monthly_usage']));
    for (const table of tables) {
      const all = await countRows(database.pool, table);
      const bound = await inOrganization(reader, acme, (queries) =>
        queries.query<{ count: string }>({ text: `SELECT count(*) FROM ${table}` }),
      );
      const seen = { table, unbound: await countRows(reader, table), bound: Number(bound[0]?.count) > 0 };
      expect(seen).toEqual({ table, unbound: 0, bound: true });
      expect(Number(bound[0]?.count)).toBeLessThan(all);
    }
  });

  it('is bound for one transaction only: the connection goes back unbound', async () => {
    const single = createPool({ ...READER, url: database.url, applicationName: 'one', maxConnections: 1 });
    try {
      const bound = await inOrganization(single, acme, listOrganizations);
      expect(bound.map(({ organization }) => organization.id)).toEqual(['org_acme']);
      expect(await listOrganizations(queriesOf(single))).toEqual([]);
      await expect(inOrganization(single, acme, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
      expect(await listOrganizations(queriesOf(single))).toEqual([]);
    } finally {
      await single.end();
    }
  });

  it('sees nothing in a second statement of a reading that was to be one', async () => {
    const seen = await readOnceInOrganization(reader, acme, async (queries) => [
      await listOrganizations(queries),
      await listOrganizations(queries),
    ]);
    expect(seen.map((organizations) => organizations.length)).toEqual([1, 0]);
    const failing = readOnceInOrganization(reader, acme, (queries) => queries.query({ text: 'SELECT 1 / 0' }));
    await expect(failing).rejects.toThrow('division by zero');
    expect(await readOnceInOrganization(reader, acme, listOrganizations)).toHaveLength(1);
  });

  it('may not write, not list API keys, and not read beside its transaction', async () => {
    const write = inOrganization(reader, acme, (queries) =>
      queries.query({ text: `UPDATE organization SET name = 'other'` }),
    );
    await expect(write).rejects.toThrow(/read-only transaction|permission denied/);
    await expect(reader.query('SELECT * FROM api_key')).rejects.toThrow('permission denied');
    await expect(reader.query('SELECT * FROM relay_checkpoint')).rejects.toThrow('permission denied');
  });

  it('finds the requests of its own organization, and of no other, through what runs with the rights of the owner', async () => {
    const globex = (await findOrganizationKey(queriesOf(reader), organizationIdOf('org_globex'))) ?? 0;
    const positions = (key: number) => ({
      text: 'SELECT find_request_positions($1, $2, 10)',
      values: [key, 'req_7Qd'],
    });
    const found = await inOrganization(reader, acme, async (queries) => [
      await queries.query(positions(acme)),
      await queries.query(positions(globex)),
    ]);
    expect(found.map((rows) => rows.length)).toEqual([1, 0]);
    expect(await queriesOf(reader).query(positions(acme))).toEqual([]);
    expect(await queriesOf(writer).query(positions(globex))).toHaveLength(1);
  });

  it('sees one snapshot in all statements of a transaction', async () => {
    const counts = await inOrganization(reader, acme, async (queries) => {
      const count = { text: 'SELECT count(*) FROM ledger_event' };
      const before = await queries.query(count);
      await feed.apply([aPlainUsage({ id: 'evt_meanwhile' })]);
      return [before, await queries.query(count)];
    });
    expect(counts[1]).toEqual(counts[0]);
  });
});

describe('what is append-only', () => {
  const changes = [
    'UPDATE ledger_event SET amount = 0',
    'DELETE FROM ledger_event',
    'TRUNCATE ledger_event',
    `UPDATE label SET value = 'other' WHERE kind = 1`,
    'DELETE FROM label WHERE kind = 1',
    'UPDATE organization_change SET effective_at = effective_at',
    'DELETE FROM organization_change',
    'TRUNCATE organization_change',
    'UPDATE plan_version SET plan_id = plan_id',
    'DELETE FROM plan_version',
    'TRUNCATE plan_version',
    `UPDATE operator_act SET actor = 'nobody'`,
    'DELETE FROM operator_act',
    'TRUNCATE operator_act CASCADE',
    `UPDATE operator_act_outcome SET outcome = 'done'`,
    'DELETE FROM operator_act_outcome',
    'TRUNCATE operator_act_outcome',
  ];

  it.each(changes)('refuses the writer %s', async (change) => {
    await expect(writer.query(change)).rejects.toThrow('permission denied');
  });

  it.each(changes)('refuses the owner %s', async (change) => {
    await expect(database.pool.query(change)).rejects.toThrow('append-only');
  });
});
