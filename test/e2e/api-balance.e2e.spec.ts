import { balanceViewSchema, ledgerPageSchema, monthlyUsageViewSchema } from '@floopy/contracts';
import { formatInstant } from '@floopy/domain';
import { setTimeout as pause } from 'node:timers/promises';
import { type ApiFixture, occurred, openApiFixture, RUNNING_PERIOD, usageOfTokens } from '../support/api-fixture';
import { aPlainUsage } from '../support/usage-records';

function sequencesOf(page: unknown): number[] {
  return ledgerPageSchema.parse(page).entries.map((entry) => entry.sequence);
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

describe('GET balance', () => {
  it('shows the exact balance of the worked example with its watermark', async () => {
    const { status, body } = await operator('org_acme/balance');
    expect(status).toBe(200);
    expect(balanceViewSchema.parse(body)).toMatchObject({
      organization_id: 'org_acme',
      unit: 'cent',
      balance: '99997.4857500000',
      balance_shown: '99997',
      open_holds: '0.0000000000',
      available: '99997.4857500000',
      period: { start: formatInstant(RUNNING_PERIOD.start), end: formatInstant(RUNNING_PERIOD.end) },
      requests: { used: 1, included: 1000, remaining: 999, overage: 0 },
      watermark: { position: 2, lag_seconds: 0 },
    });
  });

  it('shows an organization without entries as empty', async () => {
    const { body } = await operator('org_initech/balance');
    expect(balanceViewSchema.parse(body)).toMatchObject({
      balance: '0.0000000000',
      requests: { used: 0, remaining: 1000 },
      watermark: { position: 0, recorded_at: null, lag_seconds: 0 },
    });
  });

  it('shows what goes in a day, and on which day nothing is left', async () => {
    const hour = new Date(Date.now() - 3_600_000).toISOString();
    await operator('org_filters/adjustments', {
      method: 'POST',
      headers: { 'idempotency-key': 'credit-2' },
      body: { amount: '3', reason: 'First credits' },
    });
    expect((await operator('org_filters/balance')).body.forecast).toBeNull();
    await fixture.feed.apply([usageOfTokens('burn', 1_000, { organization_id: 'org_filters' }, hour)]);
    const { forecast } = balanceViewSchema.parse((await operator('org_filters/balance')).body);
    // 1 cent in one to two hours, and 2 cents are left.
    expect(Number(forecast?.per_day)).toBeGreaterThan(11.9);
    expect(Number(forecast?.per_day)).toBeLessThanOrEqual(24);
    expect(forecast?.days_left).toBe(0);
    expect(Date.parse(forecast?.zero_on ?? '') - Date.now()).toBeGreaterThan(1.9 * 3_600_000);
    expect((await operator('org_filters/balance?as_of=1')).body.forecast).toBeNull();
  });

  it('shows the balance as it was at a position', async () => {
    expect((await operator('org_acme/balance?as_of=1')).body).toMatchObject({
      balance: '100000.0000000000',
      requests: { used: 0 },
      watermark: { position: 1 },
    });
    expect((await operator('org_acme/balance?as_of=0')).body).toMatchObject({
      balance: '0.0000000000',
      watermark: { position: 0, recorded_at: null },
    });
    expect((await operator('org_acme/balance?as_of=2')).body).toMatchObject({
      balance: '99997.4857500000',
      requests: { used: 1 },
    });
  });

  it('shows the balance as it was at a time of recording, at every edge between entries', async () => {
    const { body } = await operator('org_acme/ledger');
    for (const entry of ledgerPageSchema.parse(body).entries) {
      const recorded = Date.parse(entry.recorded_at);
      const then = await operator(`org_acme/balance?as_of=${new Date(recorded).toISOString()}`);
      const before = await operator(`org_acme/balance?as_of=${new Date(recorded - 1).toISOString()}`);
      expect(then.body.watermark.position).toBeGreaterThanOrEqual(entry.sequence);
      expect(before.body.watermark.position).toBeLessThan(entry.sequence);
    }
    expect((await operator('org_acme/balance?as_of=2020-01-01T00:00:00Z')).body).toMatchObject({
      balance: '0.0000000000',
      watermark: { position: 0 },
    });
  });

  it('refuses a time in the future and a position that is not there yet', async () => {
    const future = new Date(Date.now() + 60_000).toISOString();
    for (const asOf of [future, '999']) {
      const { status, body } = await operator(`org_acme/balance?as_of=${asOf}`);
      expect([status, body.code, body.errors[0].pointer]).toEqual([400, 'invalid_request', '/as_of']);
    }
  });

  it('waits for a position, so that who writes can read it', async () => {
    const waiting = [3, 3, 4].map((position) => operator(`org_globex/balance?at_least=${position}`));
    await fixture.feed.apply([1, 2].map((n) => usageOfTokens(`wait_${n}`, n, { organization_id: 'org_globex' })));
    await pause(150);
    await fixture.feed.apply([3, 4].map((n) => usageOfTokens(`wait_${n}`, n, { organization_id: 'org_globex' })));
    for (const answer of await Promise.all(waiting)) {
      expect(answer.status).toBe(200);
      expect(answer.body.watermark.position).toBe(4);
    }
  });

  it('answers 504 when the position does not come in time', async () => {
    const startedAt = Date.now();
    const { status, body } = await operator('org_acme/balance?at_least=1000');
    expect([status, body.code]).toEqual([504, 'position_not_reached']);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(4_900);
  });

  it('answers 304 to who has the same balance already', async () => {
    const first = await operator('org_globex/balance');
    const tag = first.headers.get('etag') ?? '';
    const again = await operator('org_globex/balance', { headers: { 'if-none-match': tag } });
    expect([again.status, again.body]).toEqual([304, '']);
    await fixture.feed.apply([usageOfTokens('etag', 5, { organization_id: 'org_globex' })]);
    expect((await operator('org_globex/balance', { headers: { 'if-none-match': tag } })).status).toBe(200);
  });
});

describe('GET monthly-usage', () => {
  it('shows requests by origin and spend by period of occurrence, oldest first', async () => {
    const past = new Date(Date.UTC(2025, 4, 31, 23, 59, 59, 999)).toISOString();
    await fixture.feed.apply([
      usageOfTokens('month_1', 1_000, { organization_id: 'org_initech' }, past),
      usageOfTokens('month_2', 1_000, { organization_id: 'org_initech', origin: 'playground' }, '2025-06-01T00:00:00Z'),
    ]);
    const { body } = await operator('org_initech/monthly-usage');
    const may = { start: '2025-05-01T00:00:00.000Z', end: '2025-06-01T00:00:00.000Z' };
    const june = { start: '2025-06-01T00:00:00.000Z', end: '2025-07-01T00:00:00.000Z' };
    expect(monthlyUsageViewSchema.parse(body).periods).toEqual([
      { period: may, requests: { gateway: 1, playground: 0 }, spend: '1.0000000000' },
      { period: june, requests: { gateway: 0, playground: 1 }, spend: '1.0000000000' },
    ]);
    const fromJune = await operator('org_initech/monthly-usage?from=2025-06-01T00:00:00Z&to=2025-07-01T00:00:00Z');
    expect(fromJune.body.periods).toHaveLength(1);
  });
});

describe('GET ledger', () => {
  it('shows entries newest first, each with its cause and its hash', async () => {
    const { body } = await operator('org_acme/ledger');
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
    const types = await operator('org_acme/ledger?type=adjustment');
    expect(sequencesOf(types.body)).toEqual([1]);
    const [newest] = (await operator('org_acme/ledger')).body.entries;
    expect((await operator(`org_acme/ledger?from=${newest.recorded_at}`)).body.entries[0].sequence).toBe(2);
    const before = await operator(`org_acme/ledger?to=${newest.recorded_at}`);
    expect(sequencesOf(before.body)).toEqual([1]);
  });

  it('shows every entry once over pages, whatever is appended while they are read', async () => {
    await fixture.feed.apply(
      Array.from({ length: 25 }, (_, n) => usageOfTokens(`page_${n}`, n, { organization_id: 'org_globex' })),
    );
    const end = (await operator('org_globex/balance')).body.watermark.position;
    const seen: number[] = [];
    let cursor = '';
    for (let page = 0; cursor !== null && page < 50; page += 1) {
      const { body } = await operator(`org_globex/ledger?limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...sequencesOf(body));
      cursor = body.next_cursor;
      await fixture.feed.apply([usageOfTokens(`meanwhile_${page}`, 1, { organization_id: 'org_globex' })]);
    }
    expect(seen).toEqual(Array.from({ length: end }, (_, n) => end - n));
  });

  it('refuses a cursor that is none, or was given for other parameters', async () => {
    const { body } = await operator('org_globex/ledger?limit=1');
    const other = await operator(`org_globex/ledger?limit=1&type=request&cursor=${body.next_cursor}`);
    const elsewhere = await operator(`org_acme/ledger?limit=1&cursor=${body.next_cursor}`);
    const invented = await operator('org_globex/ledger?cursor=abc');
    for (const answer of [other, elsewhere, invented]) {
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/cursor']);
    }
  });
});
