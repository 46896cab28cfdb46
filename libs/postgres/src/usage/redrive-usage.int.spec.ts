import { organizationIdOf } from '@floopy/domain';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { driveLetters, priceUnpriced, redriveIn, UNPRICED } from '../../../../test/support/dead-letters-fixture';
import {
  CLOCK_AND_HASH,
  createSeededDatabase,
  SEEDED_ORGANIZATIONS,
  type SeededDatabase,
} from '../../../../test/support/seeded-database';
import { aPlainUsage, type PlainUsage } from '../../../../test/support/usage-records';
import { queriesOf } from '../connection/queries';
import { readDeadLetter } from '../dead-letters/read-dead-letter';
import { createOrganization } from '../organization/create-organization';

const TOPIC = 'usage.redriven';
/** What driving a letter again may write to. */
const WRITTEN = ['ingest_partition', 'ledger_event', 'organization_head', 'label', 'dead_letter_step', 'monthly_usage'];

let database: SeededDatabase;
beforeEach(async () => {
  database = await createSeededDatabase();
});
afterEach(() => database.drop());

/** Usage that has no rate: a thousand tokens of output. */
function unpriced(id: string, { time, body = {} }: Partial<PlainUsage> = {}): PlainUsage {
  const usage = { input_tokens: 0, output_tokens: 1_000 };
  return aPlainUsage({
    id,
    ...(time === undefined ? {} : { time }),
    body: { request_id: id, ...UNPRICED, usage, ...body },
  });
}

async function park(...events: PlainUsage[]): Promise<void> {
  const feed = await openUsageFeed(database.pool, TOPIC);
  expect((await feed.apply(events)).parked).toHaveLength(events.length);
}

async function rowsOf(text: string): Promise<Record<string, unknown>[]> {
  return (await database.pool.query<Record<string, unknown>>(text)).rows;
}

const counts = (): Promise<Record<string, unknown>[]> =>
  rowsOf(`SELECT next_offset::int, applied::int, duplicates::int, parked::int FROM ingest_partition`);
const statuses = async (): Promise<unknown[]> =>
  (await rowsOf('SELECT status FROM dead_letter ORDER BY dead_letter_key')).map(({ status }) => status);

describe('redriveUsage', () => {
  it('charges what had no rate at the price in force when it was served, and moves it among the counts', async () => {
    const until = Date.UTC(2026, 10, 10);
    await park(
      unpriced('before', { time: '2026-11-01T10:00:00.000Z' }),
      unpriced('after', { time: '2026-11-12T10:00:00.000Z' }),
    );
    await priceUnpriced(database.pool, '0.001', { end: until });
    await priceUnpriced(database.pool, '0.002', { start: until });
    expect(await counts()).toEqual([{ next_offset: 2, applied: 0, duplicates: 0, parked: 2 }]);
    expect(await redriveIn(database.pool, { reason: 'unpriced' })).toMatchObject({
      letters: 2,
      applied: 2,
      next: null,
    });
    expect(await counts()).toEqual([{ next_offset: 2, applied: 2, duplicates: 0, parked: 0 }]);
    expect(await statuses()).toEqual(['applied', 'applied']);
    expect(await rowsOf('SELECT cause_id, amount, counted FROM ledger_event ORDER BY sequence')).toEqual([
      { cause_id: 'before', amount: '-1.0000000000', counted: true },
      { cause_id: 'after', amount: '-2.0000000000', counted: true },
    ]);
  });

  it('applies a letter once, whoever drives it again at the same moment or later', async () => {
    await park(...Array.from({ length: 20 }, (_, nth) => unpriced(`raced_${nth}`)));
    await priceUnpriced(database.pool, '0.001');
    const tallies = await Promise.all([1, 2, 3].map(() => redriveIn(database.pool, { reason: 'unpriced' })));
    expect(tallies.reduce((sum, { applied }) => sum + applied, 0)).toBe(20);
    expect(await redriveIn(database.pool, {})).toMatchObject({ letters: 0, applied: 0 });
    expect(await counts()).toEqual([{ next_offset: 20, applied: 20, duplicates: 0, parked: 0 }]);
    expect(await rowsOf(`SELECT kind, count(*)::int FROM dead_letter_step GROUP BY kind`)).toEqual([
      { kind: 'applied', count: 20 },
    ]);
  });

  it('takes a letter for a duplicate whose event was applied before, or by the letter before it', async () => {
    await park(unpriced('sent_again'), unpriced('parked_twice'), unpriced('parked_twice'));
    await priceUnpriced(database.pool, '0.001');
    const again = await openUsageFeed(database.pool, TOPIC);
    expect(await again.apply([unpriced('sent_again')])).toMatchObject({ applied: 1 });
    expect(await redriveIn(database.pool, {})).toMatchObject({ applied: 1, duplicates: 2 });
    expect(await statuses()).toEqual(['duplicate', 'applied', 'duplicate']);
    expect(await counts()).toEqual([{ next_offset: 4, applied: 2, duplicates: 2, parked: 0 }]);
  });

  it('leaves parked what would be parked again, under the reason that stands now', async () => {
    const stranger = { organization_id: 'org_later' };
    await park(unpriced('stranger', { body: stranger }), unpriced('unpriced'));
    expect(await redriveIn(database.pool, {})).toMatchObject({
      applied: 0,
      parked: new Map([
        ['unknown_organization', 1],
        ['unpriced', 1],
      ]),
    });
    await createOrganization(queriesOf(database.pool), {
      id: organizationIdOf('org_later'),
      name: 'Later',
      markupBasisPoints: null,
    });
    expect(await redriveIn(database.pool, { reason: 'unknown_organization' })).toMatchObject({
      parked: new Map([['unpriced', 1]]),
    });
    const letter = await readDeadLetter(queriesOf(database.pool), 1, CLOCK_AND_HASH.sha256);
    expect(letter).toMatchObject({ status: 'parked', reason: 'unpriced', faults: [{ pointer: '/data/model' }] });
    expect(letter?.history.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['parked', 'unknown_organization'],
      ['parked', 'unpriced'],
    ]);
    await priceUnpriced(database.pool, '0.001');
    expect(await redriveIn(database.pool, { organizationId: 'org_later' })).toMatchObject({ applied: 1 });
    expect(await counts()).toEqual([{ next_offset: 2, applied: 1, duplicates: 0, parked: 1 }]);
  });

  it('tells what would become of letters, and keeps nothing of it', async () => {
    await park(unpriced('rehearsed', { body: { team_id: 'team_of_nobody', user_id: 'usr_of_nobody' } }));
    await priceUnpriced(database.pool, '0.001');
    const written = () => Promise.all(WRITTEN.map((table) => rowsOf(`SELECT * FROM ${table}`)));
    const before = await written();
    expect(await redriveIn(database.pool, {}, { rehearsed: true })).toMatchObject({ letters: 1, applied: 1 });
    expect(await written()).toEqual(before);
    expect(await statuses()).toEqual(['parked']);
  });

  it('says what became of each letter, and nothing of those that were resolved before', async () => {
    await park(unpriced('one'), unpriced('two'));
    await priceUnpriced(database.pool, '0.001');
    const drive = (keys: number[]) => driveLetters(database.pool, keys);
    expect(await drive([2])).toMatchObject([
      { letter: { letterKey: 2 }, fate: { type: 'applied', organizationId: 'org_acme', position: 1 } },
    ]);
    expect(await drive([1, 2])).toMatchObject([{ letter: { letterKey: 1 }, fate: { position: 2 } }]);
    expect(await drive([1, 2, 3])).toEqual([]);
  });

  it('leaves everything as it was when it is interrupted before the end', async () => {
    await park(unpriced('one'), unpriced('two'));
    await priceUnpriced(database.pool, '0.001');
    // What is written last fails, when all the rest of the transaction has been written.
    await database.pool.query(`
      CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken off'; END $$;
      CREATE TRIGGER break_off BEFORE UPDATE OF parked ON ingest_partition EXECUTE FUNCTION break_off()`);
    await expect(redriveIn(database.pool, {})).rejects.toThrow('broken off');
    await database.pool.query('DROP TRIGGER break_off ON ingest_partition; DROP FUNCTION break_off');
    expect(await statuses()).toEqual(['parked', 'parked']);
    expect(await rowsOf('SELECT FROM ledger_event')).toEqual([]);
    expect(await redriveIn(database.pool, {})).toMatchObject({ applied: 2 });
  });

  it('keeps a consumer that passes the same partition from waiting for ever, and the counts exact', async () => {
    const owner = (nth: number) => ({ body: { organization_id: SEEDED_ORGANIZATIONS[nth % 3] } });
    await park(...Array.from({ length: 60 }, (_, nth) => unpriced(`mixed_${nth}`, owner(nth))));
    await priceUnpriced(database.pool, '0.001');
    const feed = await openUsageFeed(database.pool, TOPIC);
    const passing = async (): Promise<void> => {
      for (let batch = 0; batch < 10; batch += 1)
        await feed.apply([unpriced(`new_${batch}`, owner(batch + 1)), unpriced(`mixed_${batch}`, owner(batch))]);
    };
    await Promise.all([passing(), redriveIn(database.pool, {}), redriveIn(database.pool, {})]);
    const [partition] = await counts();
    expect(partition).toMatchObject({ next_offset: 80, applied: 70, duplicates: 10, parked: 0 });
  });
});
