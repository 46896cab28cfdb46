import { publishRateOverride } from '@floopy/application';
import { requestLogSchema, requestReceiptsSchema, spendViewSchema, usageEventFateSchema } from '@floopy/contracts';
import { organizationIdOf, parseAmount, ZERO_AMOUNT } from '@floopy/domain';
import { createPublishingStore } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { type ApiFixture, occurred, openApiFixture, RUNNING_PERIOD, usageOfTokens } from '../support/api-fixture';
import { aPlainUsage } from '../support/usage-records';

const SOURCE = encodeURIComponent('/floopy/gateway/eu-1');

function idsOf(log: unknown): string[] {
  return requestLogSchema.parse(log).requests.map((request) => request.request_id);
}

let fixture: ApiFixture;
let operator: ApiFixture['operator'];

beforeAll(async () => {
  fixture = await openApiFixture();
  operator = fixture.operator;
  await operator('org_acme/adjustments', {
    method: 'POST',
    headers: { 'idempotency-key': 'credit-1' },
    body: { amount: '100000', reason: 'First credits' },
  });
  await fixture.feed.apply([aPlainUsage({ id: 'evt_1', time: occurred(1) })]);
});

afterAll(() => fixture.close());

describe('GET requests', () => {
  const log = async (query: string): Promise<string[]> => {
    const { body } = await operator(`org_filters/requests?${query}`);
    return idsOf(body);
  };

  beforeAll(async () => {
    const body = { organization_id: 'org_filters' };
    await fixture.feed.apply([
      usageOfTokens('a', 100, { ...body, team_id: 'team_a', prompt_id: 'prm_1' }),
      usageOfTokens('b', 300, { ...body, team_id: 'team_b', origin: 'playground' }),
      usageOfTokens('c', 200, { ...body, team_id: 'team_a', model: 'gpt-4o-2024-08-06' }),
      usageOfTokens('d', 400, { ...body, outcome: 'upstream_error' }),
    ]);
  });

  it('shows attempts with their exact cost, by the time at which they occurred', async () => {
    const { body } = await operator('org_filters/requests');
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
      const { body } = await operator(`org_filters/requests?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...idsOf(body));
      cursor = body.next_cursor;
      // Late usage falls among what was shown already, and among what comes yet.
      await fixture.feed.apply([
        usageOfTokens(`late_${page}`, 350, { organization_id: 'org_filters' }, occurred(350)),
        usageOfTokens(`later_${page}`, 150, { organization_id: 'org_filters' }, occurred(150)),
      ]);
    }
    expect(seen).toEqual(before);
  });

  it('explains every charge of a request by receipts that add up', async () => {
    await fixture.feed.apply([
      aPlainUsage({ id: 'try_2', time: occurred(2), body: { request_id: 'req_two', cache_hit: true } }),
      aPlainUsage({ id: 'try_3', time: occurred(3), body: { request_id: 'req_two', attempt_id: 'att_2' } }),
    ]);
    const { body } = await operator('org_acme/requests/req_two');
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

  it('explains a charge by the override and the markup of its organization, as they were when it was made', async () => {
    const organizationId = organizationIdOf('org_initech');
    await fixture.database.pool.query(`UPDATE organization SET markup_basis_points = 1250 WHERE organization_id = $1`, [
      organizationId,
    ]);
    const unitPrice = parseAmount('0.0004') ?? ZERO_AMOUNT;
    const model = { provider: 'openai', model: 'gpt-4o', serviceTier: 'standard', aboveInputTokens: 0 } as const;
    const published = await publishRateOverride(
      { store: createPublishingStore(fixture.database.pool), clock: () => RUNNING_PERIOD.start, sha256 },
      {
        draft: {
          id: 'agreed',
          organizationId,
          inForce: { start: RUNNING_PERIOD.start, end: null },
          unitPrices: [{ ...model, tokenClass: 'output', unitPrice }],
        },
        publishedBy: 'test',
      },
    );
    expect(published.type).toBe('published');
    const body = { organization_id: organizationId };
    await fixture.feed.apply([usageOfTokens('agreed', 1_001, body, occurred(1))]);
    await fixture.database.pool.query('UPDATE organization SET markup_basis_points = 0');
    const { body: receipts } = await operator('org_initech/requests/req_agreed');
    expect(requestReceiptsSchema.parse(receipts)).toMatchObject({
      total: '0.4504500000',
      charges: [
        {
          receipt: {
            override: { id: 'agreed', version: 1 },
            lines: [{ token_class: 'output', quantity: 1001, unit_price: '0.0004000000', amount: '0.4004000000' }],
            subtotal: '0.4004000000',
            markup_basis_points: 1250,
            total: '0.4504500000',
          },
        },
      ],
    });
  });

  it('answers 404 for a request that the organization has not', async () => {
    expect((await operator('org_globex/requests/req_7Qd')).status).toBe(404);
  });

  it('shows no receipt that does not give the charge, and raises an alarm', async () => {
    await fixture.feed.apply([aPlainUsage({ id: 'wrong', time: occurred(1), body: { request_id: 'req_wrong' } })]);
    await fixture.database.pool.query(`
      BEGIN; ALTER TABLE ledger_event DISABLE TRIGGER append_only_rows;
      UPDATE ledger_event SET output_tokens = output_tokens + 1 WHERE request_id = 'req_wrong';
      ALTER TABLE ledger_event ENABLE TRIGGER append_only_rows; COMMIT`);
    const { status, body } = await operator('org_acme/requests/req_wrong');
    expect([status, body.code]).toEqual([500, 'internal_error']);
    expect(fixture.api.facts).toContainEqual(
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
    const { body } = await operator('org_filters/spend?group_by=team');
    const spend = spendViewSchema.parse(body);
    expect(spend.groups.slice(1).map(({ key, spend: sum }) => [key.team, sum])).toEqual([
      ['team_a', '0.3000000000'],
      ['team_b', '0.3000000000'],
    ]);
    expect(spend.groups[0]?.key).toEqual({ team: null });
  });

  it('sums by two dimensions, and over a stretch of time', async () => {
    const day = occurred(100).slice(0, 10);
    const { body } = await operator(`org_filters/spend?group_by=origin,day&from=${occurred(300)}&to=${occurred(301)}`);
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
    await fixture.feed.apply([
      aPlainUsage({ id: 'fate/1', time: occurred(1) }),
      aPlainUsage({ id: 'fate_2', time: occurred(1), body: { model: 'no-such-model' } }),
    ]);
    const applied = await operator(`org_acme/usage-events/${SOURCE}/${encodeURIComponent('fate/1')}`);
    const parked = await operator(`org_acme/usage-events/${SOURCE}/fate_2`);
    const unknown = await operator(`org_acme/usage-events/${SOURCE}/fate_3`);
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
      faults: [{ pointer: '/data/model' }],
    });
    expect(usageEventFateSchema.parse(unknown.body)).toMatchObject({ status: 'unknown' });
  });

  it('shows no event of another organization', async () => {
    for (const id of ['evt_1', 'fate_2']) {
      expect((await operator(`org_globex/usage-events/${SOURCE}/${id}`)).body.status).toBe('unknown');
    }
  });
});
