import { changeTerms, followSpend } from '@floopy/application';
import {
  type Amount,
  ANCHOR_NOTICE_MS,
  type BillingPeriod,
  calendarMonthOf,
  instantOfMilliseconds,
  type OrganizationId,
  organizationIdOf,
  parseAmount,
  periodHolding,
  postAdjustment,
} from '@floopy/domain';
import { openUsageFeed, type UsageFeed } from '../../../../test/support/applied-usage';
import { CLOCK_AND_HASH, createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage, type PlainUsage } from '../../../../test/support/usage-records';
import { createPool, type DatabasePool } from '../connection/pool';
import { queriesOf } from '../connection/queries';
import { inTransaction } from '../connection/transaction';
import { appendLedgerEvents } from '../ledger/append-ledger-events';
import { internLabels, LabelMemory } from '../ledger/intern-labels';
import { lockStreams } from '../ledger/lock-streams';
import { saveStreamHeads } from '../ledger/save-stream-heads';
import { findOrganizationKey } from '../organization/find-organization-key';
import { inOrganization } from '../organization/in-organization';
import { createTermsStore } from '../organization/terms-store';
import { readHourlySpend } from './read-hourly-spend';
import { readTeamSpend } from './read-team-spend';
import { SPEND_FOLLOWER_LOCK } from './spend-follower';
import { createSpendFollowerStore, type SpendFollowerLimits } from './spend-follower-store';

const ACME = organizationIdOf('org_acme');
const GLOBEX = organizationIdOf('org_globex');
const OCTOBER = calendarMonthOf(instantOfMilliseconds(Date.UTC(2026, 9, 1)));
const NOVEMBER = calendarMonthOf(OCTOBER.end);
const NO_LIMIT = { streams: 100, eventsPerStream: 1_000 };

let database: SeededDatabase;
let reader: DatabasePool;
let feed: UsageFeed;
let keys: ReadonlyMap<OrganizationId, number>;

beforeEach(async () => {
  database = await createSeededDatabase();
  reader = createPool({
    url: database.url,
    role: 'floopy_reader',
    applicationName: 'test-reader',
    maxConnections: 2,
    pipeline: true,
  });
  feed = await openUsageFeed(database.pool);
  const keyOf = async (id: OrganizationId) => (await findOrganizationKey(queriesOf(database.pool), id)) ?? 0;
  keys = new Map([
    [ACME, await keyOf(ACME)],
    [GLOBEX, await keyOf(GLOBEX)],
  ]);
});

afterEach(async () => {
  await reader.end();
  await database.drop();
});

const keyOf = (id: OrganizationId): number => keys.get(id) ?? 0;
const cents = (text: string): Amount => parseAmount(text) ?? (0n as never);

/** n tokens of output at 0.001 cent each. */
function usage(id: string, tokens: number, body: PlainUsage['body'] = {}, time = '2026-11-01T10:00:00.000Z'): PlainUsage {
  const fields = { request_id: `req_${id}`, usage: { input_tokens: 0, output_tokens: tokens }, ...body };
  return aPlainUsage({ id, time, body: fields });
}

function follower(limits: SpendFollowerLimits = NO_LIMIT): () => Promise<number> {
  const ports = { store: createSpendFollowerStore(database.pool, limits) };
  return () => followSpend(ports);
}

async function catchUp(round: () => Promise<number>): Promise<void> {
  while ((await round()) > 0);
}

function teamsOf(organizationId: OrganizationId, period: BillingPeriod = NOVEMBER) {
  const key = keyOf(organizationId);
  return inOrganization(reader, key, (queries) => readTeamSpend(queries, key, period));
}

/** What the table alone holds: no tail of the ledger helps it. */
async function absorbed(): Promise<unknown[]> {
  const { rows } = await database.pool.query(`
    SELECT organization_id, period_start, label.value AS team_id, spend, requests
      FROM team_spend
      JOIN organization USING (organization_key)
      LEFT JOIN label ON label.organization_key = team_spend.organization_key AND label_key = team_key
     ORDER BY 1, 2, 3`);
  return rows;
}

/** The same, summed from the ledger by nothing of ours, for organizations with calendar months. */
async function recounted(): Promise<unknown[]> {
  const { rows } = await database.pool.query(`
    SELECT organization_id, date_trunc('month', occurred_at, 'UTC') AS period_start, label.value AS team_id,
           -sum(amount) AS spend, count(*) FILTER (WHERE counted) AS requests
      FROM ledger_event
      JOIN organization USING (organization_key)
      LEFT JOIN label ON label.organization_key = ledger_event.organization_key AND label_key = team_key
     WHERE request_id IS NOT NULL
     GROUP BY 1, 2, 3
     ORDER BY 1, 2, 3`);
  return rows;
}

async function creditOnce(organizationId: OrganizationId, meanwhile: () => Promise<void>): Promise<void> {
  await inTransaction(database.pool, async (transaction) => {
    const stream = (await lockStreams(transaction, [organizationId])).get(organizationId);
    if (stream === undefined) throw new Error('the organization is seeded');
    const adjustment = { amount: cents('1'), reason: 'test', idempotencyKey: 'key' };
    const { event, head } = postAdjustment(stream.head, adjustment, CLOCK_AND_HASH.clock(), CLOCK_AND_HASH.sha256);
    const { organizationKey } = stream;
    const labels = await internLabels(transaction, [], new LabelMemory());
    await appendLedgerEvents(transaction, [{ event, organizationKey, identity: null }], labels);
    await saveStreamHeads(transaction, [{ organizationKey, head }]);
    await meanwhile();
  });
}

/** Some of everything: three organizations, two months, teams and none, a request with two attempts, a free one. */
function generated(count: number, prefix = 'evt'): PlainUsage[] {
  return Array.from({ length: count }, (_, n) =>
    usage(
      `${prefix}_${n}`,
      n,
      {
        organization_id: ['org_acme', 'org_globex', 'org_initech'][n % 3],
        request_id: `req_${prefix}_${Math.floor(n / 6)}`,
        ...(n % 4 === 0 ? {} : { team_id: `team_${n % 4}` }),
        ...(n % 5 === 0 ? { cache_hit: true } : {}),
      },
      new Date(Date.UTC(2026, 9, 30, n)).toISOString(),
    ),
  );
}

describe('the follower of spend', () => {
  it('sums by team and period what the ledger says, whatever the rounds, and once', async () => {
    await feed.apply(generated(90));
    const round = follower({ streams: 2, eventsPerStream: 7 });
    await catchUp(round);
    expect(await absorbed()).toEqual(await recounted());
    await feed.apply(generated(40, 'later'));
    await catchUp(round);
    expect(await absorbed()).toEqual(await recounted());
    expect(await round()).toBe(0);
  });

  it('comes to the same sums when they are built anew', async () => {
    await feed.apply(generated(60));
    await catchUp(follower());
    const before = await absorbed();
    await database.pool.query(`
      BEGIN;
      SELECT pg_advisory_xact_lock(${SPEND_FOLLOWER_LOCK});
      DELETE FROM team_spend; DELETE FROM hourly_spend; DELETE FROM follower_checkpoint;
      COMMIT`);
    expect(await absorbed()).toEqual([]);
    await catchUp(follower({ streams: 1, eventsPerStream: 3 }));
    expect(await absorbed()).toEqual(before);
  });

  it('misses no entry when the transaction that began first commits last', async () => {
    const round = follower();
    await creditOnce(ACME, async () => {
      await feed.apply([usage('b', 2, { organization_id: 'org_globex', team_id: 'team_b' })]);
      expect(await round()).toBe(1);
    });
    await feed.apply([usage('a', 1, { team_id: 'team_a' })]);
    expect(await round()).toBe(2);
    expect(await absorbed()).toEqual(await recounted());
    expect(await round()).toBe(0);
  });

  it('adds nothing in a round that fails, and all of it in the next one', async () => {
    await feed.apply(generated(20));
    const store = createSpendFollowerStore(database.pool, NO_LIMIT);
    const dying = store.inTurn(async (transaction) => {
      const streams = await transaction.readStreamsBehind();
      await transaction.addSpend(streams.map(({ organizationId }) => ({ organizationId, teams: [], hours: [] })));
      throw new Error('killed before the commit');
    });
    await expect(dying).rejects.toThrow('killed before the commit');
    expect(await absorbed()).toEqual([]);
    await catchUp(() => followSpend({ store }));
    expect(await absorbed()).toEqual(await recounted());
  });

  it('adds every entry once with several followers at work, and while entries come', async () => {
    const rounds = Array.from({ length: 3 }, () => follower({ streams: 2, eventsPerStream: 5 }));
    const work = rounds.map(async (round) => {
      for (let turn = 0; turn < 25; turn += 1) await round();
    });
    for (let batch = 0; batch < 5; batch += 1) await feed.apply(generated(24, `batch_${batch}`));
    await Promise.all(work);
    await catchUp(follower());
    expect(await absorbed()).toEqual(await recounted());
  });

  it('refuses to add what another has absorbed meanwhile', async () => {
    await feed.apply(generated(9));
    const store = createSpendFollowerStore(database.pool, NO_LIMIT);
    const late = store.inTurn(async (transaction) => {
      const streams = await transaction.readStreamsBehind();
      await database.pool.query('INSERT INTO follower_checkpoint SELECT organization_key, 1, 1 FROM organization');
      await transaction.addSpend(streams.map(({ organizationId }) => ({ organizationId, teams: [], hours: [] })));
      return 1;
    });
    await expect(late).rejects.toThrow('moved by another follower');
  });

  it('keeps to the periods that an organization has set for itself', async () => {
    const turn = instantOfMilliseconds(CLOCK_AND_HASH.clock() - 60_000);
    const recorded = instantOfMilliseconds(turn - ANCHOR_NOTICE_MS);
    const outcome = await changeTerms(
      { store: createTermsStore(database.pool), clock: () => recorded, onChanged: () => Promise.resolve() },
      {
        organizationId: ACME,
        change: { type: 'billing_anchor', day: 15, hour: 6 },
        effectiveAt: turn,
        actor: 'operator',
        changedBy: 'ada',
      },
    );
    if (outcome.type !== 'changed') throw new Error(`the anchor was ${outcome.type}`);
    const anchors = [{ effectiveAt: turn, day: 15, hour: 6 }];
    const times = [turn - 1, turn, turn + 1];
    await feed.apply(
      times.map((time, n) => usage(`cut_${n}`, 10 ** n, { team_id: 'team_a' }, new Date(time).toISOString())),
    );
    const before = periodHolding(anchors, recorded);
    const after = periodHolding(anchors, turn);
    const sums = async () => [(await teamsOf(ACME, before))[0]?.spend, (await teamsOf(ACME, after))[0]?.spend];
    expect(await sums()).toEqual([cents('0.001'), cents('0.11')]);
    await catchUp(follower());
    expect(await sums()).toEqual([cents('0.001'), cents('0.11')]);
  });
});

describe('readTeamSpend', () => {
  it('is exact before anything was absorbed, half-way, and after, with a line for what no team is named for', async () => {
    await feed.apply([
      usage('1', 1, { team_id: 'team_a' }),
      usage('2', 20, { team_id: 'team_b' }),
      usage('3', 300),
      usage('4', 4_000, { team_id: 'team_a' }, '2026-10-31T23:59:59.999Z'),
      usage('5', 50_000, { organization_id: 'org_globex', team_id: 'team_a' }),
    ]);
    const expected = [
      { teamId: 'team_a', spend: cents('0.001'), requests: 1 },
      { teamId: 'team_b', spend: cents('0.02'), requests: 1 },
      { teamId: null, spend: cents('0.3'), requests: 1 },
    ];
    expect(await teamsOf(ACME)).toEqual(expected);
    const round = follower({ streams: 1, eventsPerStream: 2 });
    await round();
    expect(await teamsOf(ACME)).toEqual(expected);
    await catchUp(round);
    expect(await teamsOf(ACME)).toEqual(expected);
    expect(await teamsOf(ACME, OCTOBER)).toEqual([{ teamId: 'team_a', spend: cents('4'), requests: 1 }]);
  });

  it('shows a reader that is bound to one organization nothing of another', async () => {
    await feed.apply([usage('1', 1, { organization_id: 'org_globex', team_id: 'team_b' })]);
    await catchUp(follower());
    const others = inOrganization(reader, keyOf(ACME), (queries) => readTeamSpend(queries, keyOf(GLOBEX), NOVEMBER));
    expect(await others).toEqual([]);
    expect(await teamsOf(GLOBEX)).toHaveLength(1);
  });
});

describe('readHourlySpend', () => {
  it('sums by hour of occurrence what was absorbed and what was not', async () => {
    const times = ['09:59:59.999', '10:00:00.000', '10:59:59.999', '11:00:00.000'];
    await feed.apply(times.map((time, n) => usage(`${n}`, 10 ** n, {}, `2026-11-01T${time}Z`)));
    const hour = (number: number) => instantOfMilliseconds(Date.UTC(2026, 10, 1, number));
    const expected = [
      { hour: hour(10), spend: cents('0.11'), requests: 2 },
      { hour: hour(11), spend: cents('1'), requests: 1 },
    ];
    const hours = () =>
      inOrganization(reader, keyOf(ACME), (queries) => readHourlySpend(queries, keyOf(ACME), hour(10)));
    expect(await hours()).toEqual(expected);
    const round = follower({ streams: 1, eventsPerStream: 3 });
    await round();
    expect(await hours()).toEqual(expected);
    await catchUp(round);
    expect(await hours()).toEqual(expected);
  });
});
