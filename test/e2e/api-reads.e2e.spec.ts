import {
  balanceViewSchema,
  ledgerPageSchema,
  monthlyUsageViewSchema,
  requestLogSchema,
  requestReceiptsSchema,
  spendViewSchema,
  usageEventFateSchema,
} from '@floopy/contracts';
import { calendarMonthOf, formatInstant, instantOfMilliseconds } from '@floopy/domain';
import { setTimeout as pause } from 'node:timers/promises';
import { openUsageFeed, type UsageFeed } from '../support/applied-usage';
import { apiCaller, createTestApiKey, type RunningApi, startTestApi } from '../support/running-api';
import { createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { createTestTopic } from '../support/test-topic';
import { aPlainUsage, type PlainUsage } from '../support/usage-records';

const SOURCE = encodeURIComponent('/floopy/gateway/eu-1');
const NOW = Date.now();
const PERIOD = calendarMonthOf(instantOfMilliseconds(NOW));

/** In the running month, whatever day it is: the n-th millisecond of it, or now when it has not gone that far. */
function occurred(millisecond: number): string {
  return new Date(Math.min(PERIOD.start + millisecond, NOW)).toISOString();
}

/** Usage of org_acme: n tokens of output at 0.001 cent each. */
function usage(id: string, tokens: number, body: PlainUsage['body'] = {}, time = occurred(tokens)): PlainUsage {
  const usage = { input_tokens: 0, output_tokens: tokens };
  return aPlainUsage({ id, time, body: { request_id: `req_${id}`, usage, ...body } });
}

let database: SeededDatabase;
let api: RunningApi;
let feed: UsageFeed;
let call: ReturnType<typeof apiCaller>;

beforeAll(async () => {
  database = await createSeededDatabase();
  const topic = await createTestTopic('api-reads', { partitions: 4 });
  feed = await openUsageFeed(database.pool, 'usage.elsewhere');
  api = await startTestApi({ databaseUrl: database.url, topic });
  call = apiCaller(api.url, (await createTestApiKey(database.pool, null)).secret);
  await call('org_acme/adjustments', {
    method: 'POST',
    headers: { 'idempotency-key': 'credit-1' },
    body: { amount: '100000', reason: 'First credits' },
  });
  await feed.apply([aPlainUsage({ id: 'evt_1', time: occurred(1) })]);
});

afterAll(async () => {
  await api.stop();
  await database.drop();
});

describe('GET balance', () => {
  it('shows the exact balance of the worked example with its watermark', async () => {
    const { status, body } = await call('org_acme/balance');
    expect(status).toBe(200);
    expect(balanceViewSchema.parse(body)).toMatchObject({
      organization_id: 'org_acme',
      unit: 'cent',
      balance: '99997.4857500000',
      balance_shown: '99997',
      open_holds: '0.0000000000',
      available: '99997.4857500000',
      period: { start: formatInstant(PERIOD.start), end: formatInstant(PERIOD.end) },
      requests: { used: 1, included: 1000, remaining: 999, overage: 0 },
      watermark: { position: 2, lag_seconds: 0 },
    });
  });

  it('shows an organization without entries as empty', async () => {
    const { body } = await call('org_initech/balance');
    expect(balanceViewSchema.parse(body)).toMatchObject({
      balance: '0.0000000000',
      requests: { used: 0, remaining: 1000 },
      watermark: { position: 0, recorded_at: null, lag_seconds: 0 },
    });
  });

  it('shows the balance as it was at a position', async () => {
    expect((await call('org_acme/balance?as_of=1')).body).toMatchObject({
      balance: '100000.0000000000',
      requests: { used: 0 },
      watermark: { position: 1 },
    });
    expect((await call('org_acme/balance?as_of=0')).body).toMatchObject({
      balance: '0.0000000000',
      watermark: { position: 0, recorded_at: null },
    });
    expect((await call('org_acme/balance?as_of=2')).body).toMatchObject({
      balance: '99997.4857500000',
      requests: { used: 1 },
    });
  });

  it('shows the balance as it was at a time of recording, at every edge between entries', async () => {
    const { body } = await call('org_acme/ledger');
    for (const entry of [...body.entries].reverse()) {
      const recorded = Date.parse(entry.recorded_at);
      const then = await call(`org_acme/balance?as_of=${new Date(recorded).toISOString()}`);
      const before = await call(`org_acme/balance?as_of=${new Date(recorded - 1).toISOString()}`);
      expect(then.body.watermark.position).toBeGreaterThanOrEqual(entry.sequence);
      expect(before.body.watermark.position).toBeLessThan(entry.sequence);
    }
    expect((await call('org_acme/balance?as_of=2020-01-01T00:00:00Z')).body).toMatchObject({
      balance: '0.0000000000',
      watermark: { position: 0 },
    });
  });

  it('refuses a time in the future and a position that is not there yet', async () => {
    const future = new Date(Date.now() + 60_000).toISOString();
    for (const asOf of [future, '999']) {
      const { status, body } = await call(`org_acme/balance?as_of=${asOf}`);
      expect([status, body.code, body.errors[0].pointer]).toEqual([400, 'invalid_request', '/as_of']);
    }
  });

  it('waits for a position, so that who writes can read it', async () => {
    const waiting = [3, 3, 4].map((position) => call(`org_globex/balance?at_least=${position}`));
    await feed.apply([1, 2].map((n) => usage(`wait_${n}`, n, { organization_id: 'org_globex' })));
    await pause(150);
    await feed.apply([3, 4].map((n) => usage(`wait_${n}`, n, { organization_id: 'org_globex' })));
    for (const answer of await Promise.all(waiting)) {
      expect(answer.status).toBe(200);
      expect(answer.body.watermark.position).toBe(4);
    }
  });

  it('answers 504 when the position does not come in time', async () => {
    const startedAt = Date.now();
    const { status, body } = await call('org_acme/balance?at_least=1000');
    expect([status, body.code]).toEqual([504, 'position_not_reached']);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(4_900);
  });

  it('answers 304 to who has the same balance already', async () => {
    const first = await call('org_globex/balance');
    const tag = first.headers.get('etag') ?? '';
    const again = await call('org_globex/balance', { headers: { 'if-none-match': tag } });
    expect([again.status, again.body]).toEqual([304, '']);
    await feed.apply([usage('etag', 5, { organization_id: 'org_globex' })]);
    expect((await call('org_globex/balance', { headers: { 'if-none-match': tag } })).status).toBe(200);
  });
});

describe('GET monthly-usage', () => {
  it('shows requests by origin and spend by period of occurrence, oldest first', async () => {
    const past = new Date(Date.UTC(2025, 4, 31, 23, 59, 59, 999)).toISOString();
    await feed.apply([
      usage('month_1', 1_000, { organization_id: 'org_initech' }, past),
      usage('month_2', 1_000, { organization_id: 'org_initech', origin: 'playground' }, '2025-06-01T00:00:00Z'),
    ]);
    const { body } = await call('org_initech/monthly-usage');
    const may = { start: '2025-05-01T00:00:00.000Z', end: '2025-06-01T00:00:00.000Z' };
    const june = { start: '2025-06-01T00:00:00.000Z', end: '2025-07-01T00:00:00.000Z' };
    expect(monthlyUsageViewSchema.parse(body).periods).toEqual([
      { period: may, requests: { gateway: 1, playground: 0 }, spend: '1.0000000000' },
      { period: june, requests: { gateway: 0, playground: 1 }, spend: '1.0000000000' },
    ]);
    const fromJune = await call('org_initech/monthly-usage?from=2025-06-01T00:00:00Z&to=2025-07-01T00:00:00Z');
    expect(fromJune.body.periods).toHaveLength(1);
  });
});

describe('GET ledger', () => {
  it('shows entries newest first, each with its cause and its hash', async () => {
    const { body } = await call('org_acme/ledger');
    const page = ledgerPageSchema.parse(body);
    expect(page).toMatchObject({ organization_id: 'org_acme', next_cursor: null, watermark: { position: 2 } });
    expect(page.entries).toMatchObject([
      {
        sequence: 2,
        type: 'request',
        amount: '-2.5142500000',
        balance_after: '99997.4857500000',
        cause: { kind: 'usage_event', id: 'evt_1' },
        request_id: 'req_7Qd',
        origin: 'gateway',
      },
      {
        sequence: 1,
        type: 'adjustment',
        amount: '100000.0000000000',
        cause: { kind: 'operator', id: 'credit-1' },
        reason: 'First credits',
      },
    ]);
  });

  it('shows one type, and one stretch of time of recording', async () => {
    const types = await call('org_acme/ledger?type=adjustment');
    expect(types.body.entries.map((entry: { sequence: number }) => entry.sequence)).toEqual([1]);
    const [newest] = (await call('org_acme/ledger')).body.entries;
    expect((await call(`org_acme/ledger?from=${newest.recorded_at}`)).body.entries[0].sequence).toBe(2);
    const before = await call(`org_acme/ledger?to=${newest.recorded_at}`);
    expect(before.body.entries.map((entry: { sequence: number }) => entry.sequence)).toEqual([1]);
  });

  it('shows every entry once over pages, whatever is appended while they are read', async () => {
    await feed.apply(Array.from({ length: 25 }, (_, n) => usage(`page_${n}`, n, { organization_id: 'org_globex' })));
    const end = (await call('org_globex/balance')).body.watermark.position;
    const seen: number[] = [];
    let cursor = '';
    for (let page = 0; cursor !== null && page < 50; page += 1) {
      const { body } = await call(`org_globex/ledger?limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...body.entries.map((entry: { sequence: number }) => entry.sequence));
      cursor = body.next_cursor;
      await feed.apply([usage(`meanwhile_${page}`, 1, { organization_id: 'org_globex' })]);
    }
    expect(seen).toEqual(Array.from({ length: end }, (_, n) => end - n));
  });

  it('refuses a cursor that is none, or was given for other parameters', async () => {
    const { body } = await call('org_globex/ledger?limit=1');
    const other = await call(`org_globex/ledger?limit=1&type=request&cursor=${body.next_cursor}`);
    const elsewhere = await call(`org_acme/ledger?limit=1&cursor=${body.next_cursor}`);
    const invented = await call('org_globex/ledger?cursor=abc');
    for (const answer of [other, elsewhere, invented]) {
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/cursor']);
    }
  });
});

describe('GET requests', () => {
  const log = async (query: string): Promise<string[]> => {
    const { body } = await call(`org_filters/requests?${query}`);
    return requestLogSchema.parse(body).requests.map((request) => request.request_id);
  };

  beforeAll(async () => {
    await database.pool.query(
      `WITH created AS (INSERT INTO organization (organization_id, name) VALUES ('org_filters', 'Filters')
       RETURNING organization_key) INSERT INTO organization_head (organization_key) SELECT * FROM created`,
    );
    const body = { organization_id: 'org_filters' };
    await feed.apply([
      usage('a', 100, { ...body, team_id: 'team_a', prompt_id: 'prm_1' }),
      usage('b', 300, { ...body, team_id: 'team_b', origin: 'playground' }),
      usage('c', 200, { ...body, team_id: 'team_a', model: 'gpt-4o-2024-08-06' }),
      usage('d', 400, { ...body, outcome: 'upstream_error' }),
    ]);
  });

  it('shows attempts with their exact cost, by the time at which they occurred', async () => {
    const { body } = await call('org_filters/requests');
    expect(requestLogSchema.parse(body).requests).toMatchObject([
      { request_id: 'req_d', outcome: 'upstream_error', cost: '0.0000000000', counted: false },
      { request_id: 'req_b', origin: 'playground', cost: '0.3000000000', team_id: 'team_b' },
      { request_id: 'req_c', model: 'gpt-4o-2024-08-06', cost: '0.2000000000' },
      { request_id: 'req_a', model: 'gpt-4o', cost: '0.1000000000', usage: { output_tokens: 100 }, counted: true },
    ]);
  });

  it('shows what the filters ask for, together', async () => {
    expect(await log('team_id=team_a')).toEqual(['req_c', 'req_a']);
    expect(await log('team_id=team_a&model=gpt-4o')).toEqual(['req_a']);
    expect(await log('origin=playground')).toEqual(['req_b']);
    expect(await log('prompt_id=prm_1&provider=openai')).toEqual(['req_a']);
    expect(await log('team_id=team_nobody')).toEqual([]);
    expect(await log(`from=${occurred(200)}&to=${occurred(300)}`)).toEqual(['req_c']);
  });

  it('shows every attempt once over pages, as the log was when the first was read', async () => {
    const before = await log('limit=200');
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; cursor !== null; page += 1) {
      const { body } = await call(`org_filters/requests?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...body.requests.map((request: { request_id: string }) => request.request_id));
      cursor = body.next_cursor;
      // Late usage falls among what was shown already, and among what comes yet.
      await feed.apply([
        usage(`late_${page}`, 350, { organization_id: 'org_filters' }, occurred(350)),
        usage(`later_${page}`, 150, { organization_id: 'org_filters' }, occurred(150)),
      ]);
    }
    expect(seen).toEqual(before);
  });

  it('explains every charge of a request by receipts that add up', async () => {
    await feed.apply([
      aPlainUsage({ id: 'try_2', time: occurred(2), body: { request_id: 'req_two', cache_hit: true } }),
      aPlainUsage({ id: 'try_3', time: occurred(3), body: { request_id: 'req_two', attempt_id: 'att_2' } }),
    ]);
    const { body } = await call('org_acme/requests/req_two');
    const receipts = requestReceiptsSchema.parse(body);
    expect(receipts.total).toBe('2.5142500000');
    expect(receipts.charges).toHaveLength(2);
    expect(receipts.charges[0]).toMatchObject({ receipt: null, request: { cache_hit: true, counted: true } });
    expect(receipts.charges[1]).toMatchObject({
      entry: { amount: '-2.5142500000' },
      request: { attempt_id: 'att_2', counted: false },
      receipt: {
        rate_card: { id: 'standard', version: 1 },
        service_tier: 'standard',
        context_tier: 'base',
        lines: [
          { token_class: 'input', quantity: 2345, unit_price: '0.0002500000', amount: '0.5862500000' },
          { token_class: 'cache_read_input', quantity: 10000, unit_price: '0.0001250000', amount: '1.2500000000' },
          { token_class: 'output', quantity: 678, unit_price: '0.0010000000', amount: '0.6780000000' },
        ],
        subtotal: '2.5142500000',
        markup_basis_points: 0,
        total: '2.5142500000',
      },
    });
  });

  it('answers 404 for a request that the organization has not', async () => {
    expect((await call('org_globex/requests/req_7Qd')).status).toBe(404);
  });

  it('shows no receipt that does not give the charge, and raises an alarm', async () => {
    await feed.apply([aPlainUsage({ id: 'wrong', time: occurred(1), body: { request_id: 'req_wrong' } })]);
    await database.pool.query(`
      BEGIN; ALTER TABLE ledger_event DISABLE TRIGGER append_only_rows;
      UPDATE ledger_event SET output_tokens = output_tokens + 1 WHERE request_id = 'req_wrong';
      ALTER TABLE ledger_event ENABLE TRIGGER append_only_rows; COMMIT`);
    const { status, body } = await call('org_acme/requests/req_wrong');
    expect([status, body.code]).toEqual([500, 'internal_error']);
    expect(api.facts).toContainEqual(
      expect.objectContaining({
        level: 'error',
        msg: 'receipt_does_not_equal_charge',
        alarm: true,
        organizationId: 'org_acme',
        charged: '2.5142500000',
        computed: '2.5152500000',
      }),
    );
  });
});

describe('GET spend', () => {
  it('sums by one dimension, largest first', async () => {
    const { body } = await call('org_filters/spend?group_by=team');
    const spend = spendViewSchema.parse(body);
    expect(spend.groups.slice(1).map(({ key, spend: sum }) => [key.team, sum])).toEqual([
      ['team_a', '0.3000000000'],
      ['team_b', '0.3000000000'],
    ]);
    expect(spend.groups[0]?.key).toEqual({ team: null });
  });

  it('sums by two dimensions, and over a stretch of time', async () => {
    const day = occurred(100).slice(0, 10);
    const { body } = await call(`org_filters/spend?group_by=origin,day&from=${occurred(300)}&to=${occurred(301)}`);
    expect(body).toMatchObject({
      unit: 'cent',
      group_by: ['origin', 'day'],
      groups: [{ key: { origin: 'playground', day }, requests: 1, spend: '0.3000000000' }],
      total: '0.3000000000',
    });
  });
});

describe('GET usage-events', () => {
  it('says what became of an event, by its source and id', async () => {
    await feed.apply([
      aPlainUsage({ id: 'fate/1', time: occurred(1) }),
      aPlainUsage({ id: 'fate_2', time: occurred(1), body: { model: 'no-such-model' } }),
    ]);
    const applied = await call(`org_acme/usage-events/${SOURCE}/${encodeURIComponent('fate/1')}`);
    const parked = await call(`org_acme/usage-events/${SOURCE}/fate_2`);
    const unknown = await call(`org_acme/usage-events/${SOURCE}/fate_3`);
    expect(usageEventFateSchema.parse(applied.body)).toMatchObject({
      organization_id: 'org_acme',
      source: '/floopy/gateway/eu-1',
      event_id: 'fate/1',
      status: 'applied',
      position: expect.any(Number),
    });
    expect(usageEventFateSchema.parse(parked.body)).toMatchObject({
      status: 'parked',
      reason: 'unpriced',
      faults: [{ pointer: '/model' }],
    });
    expect(usageEventFateSchema.parse(unknown.body)).toMatchObject({ status: 'unknown' });
  });

  it('shows no event of another organization', async () => {
    for (const id of ['evt_1', 'fate_2']) {
      expect((await call(`org_globex/usage-events/${SOURCE}/${id}`)).body.status).toBe('unknown');
    }
  });
});
