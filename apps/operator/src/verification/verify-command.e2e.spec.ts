import type { SeededDatabase } from '../../../../test/support/seeded-database';
import { createLedger } from '../../test/a-ledger';
import { operate } from '../../test/operate';

interface NamedMismatch {
  readonly kind: string;
  readonly organization_id?: string;
  readonly position?: number;
  readonly subject?: string;
}

describe('verify', () => {
  let database: SeededDatabase;

  beforeAll(async () => {
    database = await createLedger();
    // What a superuser may do to rows that nobody else may touch; put back after every test.
    for (const table of TABLES) await database.pool.query(`CREATE TABLE saved_${table} AS SELECT * FROM ${table}`);
    await database.pool.query('ALTER TABLE ingest_partition DROP CONSTRAINT ingest_partition_check');
    await database.pool.query('DROP INDEX ledger_event_identity');
    await database.pool.query('ALTER TABLE ledger_event DROP CONSTRAINT usage_is_posted_under_a_plan');
  });

  afterEach(async () => {
    for (const table of [...TABLES].reverse()) await tamper(`DELETE FROM ${table}`);
    for (const table of TABLES) {
      await tamper(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM saved_${table}`);
    }
  });

  afterAll(() => database.drop());

  /** Changes rows past every trigger, as nobody but a superuser can. */
  async function tamper(sql: string): Promise<void> {
    const client = await database.pool.connect();
    try {
      await client.query(`SET session_replication_role = replica`);
      await client.query(sql);
      await client.query(`RESET session_replication_role`);
    } finally {
      client.release();
    }
  }

  const verify = () => operate(['verify', '--json'], { DATABASE_URL: database.url });

  async function mismatches(): Promise<NamedMismatch[]> {
    const { exitCode, json } = await verify();
    expect(exitCode).toBe(1);
    expect(json).toMatchObject({ ok: false });
    return json['mismatches'] as NamedMismatch[];
  }

  const acme = `(SELECT organization_key FROM organization WHERE organization_id = 'org_acme')`;
  const entryOfAcme = (position: number): string => `organization_key = ${acme} AND sequence = ${position}`;

  async function columnsOf(table: string): Promise<{ name: string; type: string }[]> {
    const { rows } = await database.pool.query<{ name: string; type: string }>(
      `SELECT column_name AS name, udt_name AS type FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`,
      [table],
    );
    return rows;
  }

  it('finds nothing wrong with a ledger that nobody has touched, and says what it has looked at', async () => {
    const { exitCode, json } = await verify();
    expect({ exitCode, json }).toEqual({
      exitCode: 0,
      json: {
        ok: true,
        checked: { organizations: 3, entries: 6, receipts: 5, partitions: 1 },
        mismatches: [],
        relay: { left_out: 'KAFKA_BROKERS is not set' },
        usage_log: { left_out: 'KAFKA_BROKERS is not set' },
        entries_per_second: expect.any(Number),
        entries_per_core_second: expect.any(Number),
      },
    });
  });

  it('verifies one organization by itself', async () => {
    const environment = { DATABASE_URL: database.url };
    const { exitCode, json } = await operate(['verify', '--organization', 'org_acme', '--json'], environment);
    expect(exitCode).toBe(0);
    expect(json['checked']).toEqual({ organizations: 1, entries: 5, receipts: 4, partitions: 0 });
  });

  it.each([
    ['usage', 2],
    ['an adjustment', 1],
  ])('names the position of %s of which one value was changed, whatever the column', async (_, position) => {
    const columns = await columnsOf('ledger_event');
    expect(columns.length).toBeGreaterThan(40);
    for (const { name, type } of columns) {
      await tamper(`UPDATE ledger_event SET ${name} = ${changed(name, type)} WHERE ${entryOfAcme(position)}`);
      const named = (await mismatches()).filter(({ organization_id: id }) => id === 'org_acme');
      expect({ column: name, positions: named.map((mismatch) => mismatch.position) }).toEqual({
        column: name,
        positions: expect.arrayContaining([position]),
      });
      await tamper('DELETE FROM ledger_event');
      await tamper('INSERT INTO ledger_event SELECT * FROM saved_ledger_event');
    }
  });

  it('names a changed value once, and not every entry that comes after it', async () => {
    await tamper(`UPDATE ledger_event SET hash = set_byte(hash, 31, get_byte(hash, 31) # 1) WHERE ${entryOfAcme(2)}`);
    expect(await mismatches()).toEqual([expect.objectContaining({ kind: 'hash', position: 2 })]);
  });

  it('names the place of a deleted entry, in the middle and at the end', async () => {
    await tamper(`DELETE FROM ledger_event WHERE ${entryOfAcme(3)}`);
    expect(await mismatches()).toContainEqual({
      kind: 'sequence',
      organization_id: 'org_acme',
      position: 3,
      expected: '3',
      found: '4',
    });
    await tamper(`DELETE FROM ledger_event WHERE ${entryOfAcme(5)}`);
    expect(await mismatches()).toContainEqual(
      expect.objectContaining({ kind: 'head_sequence', position: 4, expected: '4', found: '5' }),
    );
  });

  it('names both entries whose balances were swapped', async () => {
    await tamper(
      `UPDATE ledger_event SET balance_after = (SELECT balance_after FROM saved_ledger_event AS other
                                                 WHERE other.organization_key = ledger_event.organization_key
                                                   AND other.sequence = 5 - ledger_event.sequence)
        WHERE organization_key = ${acme} AND sequence IN (2, 3)`,
    );
    const found = (await mismatches()).filter(({ kind }) => kind === 'balance_after');
    expect(found.map(({ position }) => position)).toEqual([2, 3]);
  });

  it('names the organization whose head was changed, whatever the column', async () => {
    for (const { name, type } of await columnsOf('organization_head')) {
      await tamper(`UPDATE organization_head SET ${name} = ${changed(name, type)} WHERE organization_key = ${acme}`);
      const kinds = (await mismatches()).map((mismatch) => `${mismatch.organization_id} ${mismatch.kind}`);
      expect(kinds).toContainEqual(expect.stringMatching(/^org_acme head/));
      await tamper('DELETE FROM organization_head');
      await tamper('INSERT INTO organization_head SELECT * FROM saved_organization_head');
    }
  });

  it('names the month whose count, spend or period was changed', async () => {
    for (const { name, type } of await columnsOf('monthly_usage')) {
      await tamper(
        `UPDATE monthly_usage SET ${name} = ${changed(name, type)} WHERE organization_key = ${acme} AND origin = 1`,
      );
      expect(await mismatches()).toContainEqual(
        expect.objectContaining({ kind: 'monthly_usage', organization_id: 'org_acme' }),
      );
      await tamper('DELETE FROM monthly_usage');
      await tamper('INSERT INTO monthly_usage SELECT * FROM saved_monthly_usage');
    }
  });

  it.each([
    ['applied', 'partition_applied'],
    ['parked', 'partition_parked'],
    ['duplicates', 'partition_offsets'],
    ['skipped', 'partition_offsets'],
    ['next_offset', 'partition_offsets'],
    ['first_offset', 'partition_offsets'],
  ])('names the partition whose %s was changed', async (column, kind) => {
    await tamper(`UPDATE ingest_partition SET ${column} = ${column} + 1`);
    expect(await mismatches()).toContainEqual(expect.objectContaining({ kind, subject: 'usage.test[0]' }));
  });

  it('finds a counter that was moved together with its offset, since it counts the rows', async () => {
    await tamper('UPDATE ingest_partition SET applied = applied + 1, duplicates = duplicates - 1');
    expect(await mismatches()).toEqual([expect.objectContaining({ kind: 'partition_applied' })]);
    await tamper('DELETE FROM dead_letter');
    expect(await mismatches()).toContainEqual(expect.objectContaining({ kind: 'partition_parked' }));
  });

  it('finds a dead letter of which something is said to have become that did not', async () => {
    await tamper(`UPDATE dead_letter SET status = 'applied', resolved_at = now()`);
    await tamper('UPDATE ingest_partition SET applied = applied + 1, parked = parked - 1');
    const letter = { kind: 'dead_letter', subject: 'dead letter 1 (usage.test[0] offset 6)', expected: 'parked' };
    expect(await mismatches()).toEqual([
      expect.objectContaining({ kind: 'partition_applied', subject: 'usage.test[0]' }),
      expect.objectContaining({ ...letter, found: 'applied' }),
    ]);
    await tamper(`UPDATE dead_letter SET status = 'duplicate'`);
    await tamper('UPDATE ingest_partition SET applied = applied - 1, duplicates = duplicates + 1');
    expect(await mismatches()).toEqual([expect.objectContaining({ ...letter, found: 'duplicate' })]);
    await tamper('UPDATE ingest_partition SET duplicates = duplicates - 2, skipped = skipped + 2');
    expect(await mismatches()).toContainEqual(expect.objectContaining({ kind: 'partition_duplicates', found: '0' }));
  });

  it('finds the rows of a partition that is gone', async () => {
    await tamper('DELETE FROM ingest_partition');
    expect(await mismatches()).toEqual([expect.objectContaining({ kind: 'partition_applied' })]);
  });

  it('finds an event that stands on the ledger twice, and a request that counted twice', async () => {
    await tamper(
      `UPDATE ledger_event SET identity = (SELECT identity FROM saved_ledger_event WHERE ${entryOfAcme(2)})
        WHERE ${entryOfAcme(3)}`,
    );
    expect(await mismatches()).toContainEqual(
      expect.objectContaining({ kind: 'repeated_identity', organization_id: 'org_acme', position: 3 }),
    );
    await tamper(`UPDATE ledger_event SET counted = true WHERE ${entryOfAcme(5)}`);
    expect(await mismatches()).toContainEqual(
      expect.objectContaining({ kind: 'counted', subject: 'request req_full', found: '2 times, first at 2' }),
    );
  });

  it('finds a published card whose prices were changed, and every charge that it priced', async () => {
    await tamper(`UPDATE rate_card SET content = replace(content, '0.0010000000', '0.0010000001')`);
    const found = await mismatches();
    expect(found).toContainEqual(expect.objectContaining({ kind: 'rate_card', subject: 'version 1' }));
    const amounts = found.filter(({ kind, organization_id: id }) => kind === 'amount' && id === 'org_acme');
    expect(amounts.map(({ position }) => position)).toEqual([2, 3, 5]);
  });

  it('finds a published card that cannot be read any more, and every charge that it priced', async () => {
    await tamper(`UPDATE rate_card SET content = replace(content, '"aliases"', '"aliasez"')`);
    const found = await mismatches();
    expect(found).toContainEqual(expect.objectContaining({ kind: 'rate_card', subject: 'version 1' }));
    expect(found.filter(({ kind }) => kind === 'rate_card_version')).toHaveLength(4);
  });

  it('finds charges that were priced by a card before it was published', async () => {
    await tamper(`UPDATE rate_card SET published_at = published_at + interval '1 hour'`);
    const found = (await mismatches()).filter(({ kind }) => kind === 'rate_card_version');
    expect(found).toHaveLength(4);
  });

  it('finds a name that was changed, wherever it stands', async () => {
    await tamper(`UPDATE label SET value = 'gpt-4o-mini' WHERE organization_key = ${acme} AND value = 'gpt-4o'`);
    const positions = (await mismatches()).filter(({ kind }) => kind === 'hash').map(({ position }) => position);
    expect(positions).toEqual([2, 3, 4, 5]);
  });

  it('leaves out of its sum nothing that belongs to nobody', async () => {
    await tamper(`INSERT INTO ledger_event SELECT * FROM saved_ledger_event WHERE false`);
    await tamper(`UPDATE ledger_event SET organization_key = 4711 WHERE ${entryOfAcme(5)}`);
    expect(await mismatches()).toContainEqual(expect.objectContaining({ kind: 'unknown_organization', position: 5 }));
  });
});

const TABLES = [
  'ledger_event',
  'label',
  'organization_head',
  'monthly_usage',
  'ingest_partition',
  'dead_letter',
  'rate_card',
] as const;

/** The smallest change that a column's type knows. */
function changed(column: string, type: string): string {
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
      return `coalesce(${column}, 0) + 1000`;
    case 'numeric':
      return `coalesce(${column}, 0) + 0.0000000001`;
    case 'timestamptz':
      return `${column} + interval '1 microsecond'`;
    case 'bool':
      return `NOT coalesce(${column}, false)`;
    case 'uuid':
      return `(CASE WHEN ${column} IS NULL THEN gen_random_uuid()
                    ELSE overlay(${column}::text placing translate(right(${column}::text, 1), '0123456789abcdef',
                                 '123456789abcdef0') from 36 for 1)::uuid END)`;
    case 'bytea':
      return `set_byte(${column}, 0, get_byte(${column}, 0) # 1)`;
    case 'text':
      return `coalesce(${column}, '') || 'x'`;
    default:
      throw new Error(`say how to change a ${type}: ${column} is one`);
  }
}
