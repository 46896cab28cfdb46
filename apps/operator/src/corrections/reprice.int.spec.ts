import { applyReprice } from '@floopy/application';
import { createRepriceReads, createRepriceStore, readRepricePlan } from '@floopy/postgres';
import { openUsageFeed, type UsageFeed } from '../../../../test/support/applied-usage';
import { publishHalvedCard } from '../../../../test/support/halved-card';
import { CLOCK_AND_HASH, createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { spending } from '../../../../test/support/spend-fixture';
import { aPlainVoid } from '../../../../test/support/usage-records';
import { operate } from '../../test/operate';

const DAY = (day: number) => `2026-11-0${day}T00:00:00.000Z`;
const WRONG_DAYS = ['--from', DAY(2), '--to', DAY(4)];
/** More than one page, so that a run can be cut in the middle of an organization. */
const CHARGES = 1_200;

let database: SeededDatabase;
let feed: UsageFeed;
beforeAll(async () => {
  database = await createSeededDatabase();
  feed = await openUsageFeed(database.pool);
  const events = Array.from({ length: CHARGES }, (_, n) =>
    spending(
      `evt_${n}`,
      1_000,
      { request_id: `req_${n}`, team_id: `team_${n % 2}` },
      new Date(Date.UTC(2026, 10, 1) + n * 240_000).toISOString(),
    ),
  );
  await feed.apply(events);
  await feed.apply([spending('globex', 1_000, { organization_id: 'org_globex' }, '2026-11-03T00:00:00.000Z')]);
  await publishHalvedCard(database.pool);
  // Reversed before it is planned, and of the interval: nothing of it is left to price.
  await feed.apply([aPlainVoid('evt_400')]);
});
afterAll(() => database.drop());

const run = (...args: string[]) => operate([...args, '--json'], { DATABASE_URL: database.url });
const plan = (...args: string[]) => run('reprice', 'plan', ...args, '--reason', 'rate was twice the list price');

const counts = async () => {
  const { rows } = await database.pool.query<{ posted: number; twice: number }>(`
    SELECT count(*)::int AS posted, (count(*) - count(DISTINCT (organization_key, cause_id)))::int AS twice
      FROM ledger_event WHERE cause_kind = 4`);
  return rows[0];
};

describe('reprice', () => {
  it('tells by organization what it would come to, and keeps nothing with --dry-run', async () => {
    const { exitCode, json } = await plan('all', ...WRONG_DAYS, '--card', '2', '--dry-run');
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      state: 'would_be_planned',
      plan: null,
      organizations: [
        { organization_id: 'org_acme', entries: 719, old_sum: '719.0000000000', new_sum: '359.5000000000' },
        { organization_id: 'org_globex', entries: 1, difference: '-0.5000000000' },
      ],
      entries: 720,
      difference: '-360.0000000000',
    });
    expect((json['organizations'] as { left_out: unknown }[])[0]?.left_out).toEqual({ reversed: 1, unpriced: 0 });
    expect((await database.pool.query('SELECT FROM reprice_plan')).rowCount).toBe(0);
  });

  it('posts the differences once, in a run that is cut off, in one that goes on, and in one too many', async () => {
    const planned = await plan('all', ...WRONG_DAYS, '--card', '2');
    const number = Number(planned.json['plan']);
    // Charged since, and reversed since: one is no part of the plan, the other is left out.
    await feed.apply([spending('late', 1_000, {}, DAY(3)), aPlainVoid('evt_1000'), aPlainVoid('evt_401')]);
    const stored = await readRepricePlan(database.pool, number);
    if (stored === null) throw new Error('the plan is kept');
    const stop = new AbortController();
    const ports = {
      reads: createRepriceReads(database.pool),
      store: createRepriceStore(database.pool),
      ...CLOCK_AND_HASH,
    };
    const first = await applyReprice({ ...ports, onProgress: () => stop.abort(), stop: stop.signal }, stored);
    expect(first).toBeLessThan(719);
    const failing: typeof ports.store = {
      inTransaction: (work) =>
        ports.store.inTransaction((transaction) =>
          work({ ...transaction, saveStep: () => Promise.reject(new Error('killed before the commit')) }),
        ),
    };
    const alive = { onProgress: () => undefined, stop: new AbortController().signal };
    await expect(applyReprice({ ...ports, ...alive, store: failing }, stored)).rejects.toThrow('killed');
    expect(await counts()).toEqual({ posted: first, twice: 0 });

    const second = await run('reprice', 'apply', String(number));
    expect(second).toMatchObject({ exitCode: 0, json: { state: 'applied', posted: 718 - first } });
    expect(second.json['organizations']).toEqual([
      { organization_id: 'org_acme', planned: 719, posted: 717, credited: '358.5000000000', finished: true },
      { organization_id: 'org_globex', planned: 1, posted: 1, credited: '0.5000000000', finished: true },
    ]);
    expect(await run('reprice', 'apply', String(number))).toMatchObject({ exitCode: 0, json: { posted: 0 } });
    const totals = { id: String(number), state: 'applied', entries: 720, posted: 718, credited: '359.0000000000' };
    expect(await run('reprice', 'list')).toMatchObject({ json: { reprices: [{ ...totals, organizations: 2 }] } });
    const shown = await run('reprice', 'show', String(number));
    expect(shown.json).toMatchObject({ ...totals, organizations: [{ posted: 717 }, { posted: 1 }] });
    expect(await counts()).toEqual({ posted: 718, twice: 0 });
    expect(await plan('all', ...WRONG_DAYS, '--card', '2', '--dry-run')).toMatchObject({
      json: { entries: 1, organizations: [{ organization_id: 'org_acme', entries: 1 }] },
    });
  });

  it('is explained by both receipts, and found right by verify, rebuild and the export', async () => {
    const { exitCode, json } = await run('explain', 'org_acme', 'req_500');
    expect(exitCode).toBe(0);
    const [charge] = json['charges'] as { net: string; receipt: { total: string }; corrections: unknown[] }[];
    expect(charge).toMatchObject({
      net: '0.5000000000',
      receipt: { total: '1.0000000000', rate_card: { version: 1 } },
      corrections: [
        {
          before: '1.0000000000',
          after: '0.5000000000',
          receipt: { total: '0.5000000000', rate_card: { version: 2 } },
        },
      ],
    });
    expect(await run('verify')).toMatchObject({ exitCode: 0, json: { ok: true, mismatches: [] } });
    expect(await run('rebuild', 'all', '--dry-run')).toMatchObject({ exitCode: 0, json: { ok: true } });
    expect(await run('reverse', 'org_acme', '501', '--reason', 'and then all of it')).toMatchObject({
      json: { reversal: { amount: '0.5000000000' } },
    });
    expect(await run('verify')).toMatchObject({ exitCode: 0, json: { ok: true } });
  });

  it('has an amount that cannot be forged: verify prices it again', async () => {
    await database.pool.query(`
      SET session_replication_role = replica;
      UPDATE ledger_event SET amount = amount + 0.0000000001 WHERE cause_kind = 4 AND cause_id = '600';
      RESET session_replication_role`);
    const { json } = await run('verify');
    await database.pool.query(`
      SET session_replication_role = replica;
      UPDATE ledger_event SET amount = amount - 0.0000000001 WHERE cause_kind = 4 AND cause_id = '600';
      RESET session_replication_role`);
    expect(json['mismatches']).toContainEqual(
      expect.objectContaining({
        kind: 'correction',
        subject: 'amount',
        expected: '0.5000000000',
        found: '0.5000000001',
      }),
    );
  });

  it.each([
    [['all', ...WRONG_DAYS], '--card, --override'],
    [['all', ...WRONG_DAYS, '--card', '99'], 'No card was published as version 99'],
    [['all', ...WRONG_DAYS, '--override', '1'], 'An override is of one organization'],
    [['org_acme', ...WRONG_DAYS, '--override', '1'], 'publish it with'],
    [['org_none', ...WRONG_DAYS, '--card', '2'], 'organizations list'],
    [['all', '--from', DAY(4), '--to', DAY(2), '--card', '2'], 'must be later'],
  ])('says what to do about plan %j', async (args, words) => {
    const { exitCode, error } = await plan(...args);
    expect([exitCode, error]).toEqual([2, expect.stringContaining(words)]);
  });

  it('says what to do about a plan that there is not', async () => {
    expect(await run('reprice', 'apply', '99')).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('"reprice plan"'),
    });
  });
});
