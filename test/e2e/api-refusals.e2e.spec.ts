import { problemSchema } from '@floopy/contracts';
import { type ApiFixture, openApiFixture } from '../support/api-fixture';
import { expectProblem } from '../support/expect-problem';
import { type Answer, apiCaller, type Call, createTestApiKey, startTestApi } from '../support/running-api';
import { aPlainUsage } from '../support/usage-records';

const ADJUSTMENT: Call = { method: 'POST', headers: { 'idempotency-key': 'k' }, body: { amount: '1', reason: 'r' } };

function pointersOf({ body }: Answer): string[] {
  return (problemSchema.parse(body).errors ?? []).map(({ pointer }) => pointer).toSorted();
}

let fixture: ApiFixture;
let operator: ApiFixture['operator'];

beforeAll(async () => {
  fixture = await openApiFixture();
  operator = fixture.operator;
  await fixture.feed.apply([aPlainUsage()]);
});

afterAll(() => fixture.close());

describe('a request that is not valid', () => {
  it.each([
    ['balance?as_of=yesterday&at_least=-1', ['/as_of', '/at_least']],
    ['balance?as_of=2026-02-30T00:00:00Z', ['/as_of']],
    ['balance?as_of=1&as_of=2', ['/as_of']],
    ['balance?colour=blue', ['/colour']],
    ['monthly-usage?from=1&to=2', ['/from', '/to']],
    ['ledger?type=refund&limit=201&from=x&to=y', ['/from', '/limit', '/to', '/type']],
    ['ledger?limit=0', ['/limit']],
    ['ledger?limit=1e2', ['/limit']],
    ['ledger?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', ['/to']],
    ['ledger?cursor=AAAA', ['/cursor']],
    ['requests?origin=batch&model=a%20b&limit=x', ['/limit', '/model', '/origin']],
    ['spend', ['/group_by']],
    ['spend?group_by=model,model', ['/group_by']],
    ['spend?group_by=model,day,team', ['/group_by']],
    ['spend?group_by=hour', ['/group_by']],
  ])('names every faulty parameter of %s', async (path, pointers) => {
    const answer = await operator(`org_acme/${path}`);
    expectProblem(answer, 'invalid_request');
    expect(pointersOf(answer)).toEqual(pointers);
  });

  it.each([
    [{}, ['/amount', '/reason']],
    [{ amount: 5, reason: 'number' }, ['/amount']],
    [{ amount: '0.00', reason: 'nothing' }, ['/amount']],
    [{ amount: '1.00000000001', reason: 'too fine' }, ['/amount']],
    [{ amount: '1e5', reason: 'exponent' }, ['/amount']],
    [{ amount: '1', reason: ' ' }, ['/reason']],
    [{ amount: '1', reason: 'x'.repeat(501) }, ['/reason']],
    [{ amount: '1', reason: 'nul \0' }, ['/reason']],
    [{ amount: '1', reason: 'r', currency: 'usd' }, ['/currency']],
  ])('names every faulty field of the body %j', async (body, pointers) => {
    const answer = await operator('org_acme/adjustments', { ...ADJUSTMENT, body });
    expectProblem(answer, 'invalid_request');
    expect(pointersOf(answer)).toEqual(pointers);
  });

  it.each([['[]'], ['[{"amount":"1","reason":"r"}]'], ['"text"'], ['null'], ['{"amount":'], ['']])(
    'is refused when its body is %p',
    async (body) => {
      expectProblem(await operator('org_acme/adjustments', { ...ADJUSTMENT, body }), 'invalid_request');
    },
  );

  it('is refused without an idempotency key, and with one that is none', async () => {
    for (const headers of [{}, { 'idempotency-key': 'two words' }, { 'idempotency-key': 'k'.repeat(129) }]) {
      const answer = await operator('org_acme/adjustments', { ...ADJUSTMENT, headers });
      expectProblem(answer, 'invalid_request');
      expect(answer.body.errors[0].pointer).toBe('/Idempotency-Key');
    }
  });

  it('is refused as too large before it is read', async () => {
    const body = { amount: '1', reason: 'x'.repeat(20_000) };
    expectProblem(await operator('org_acme/adjustments', { ...ADJUSTMENT, body }), 'payload_too_large');
  });

  it('is refused when its body is not JSON', async () => {
    const headers = { 'content-type': 'text/plain', 'idempotency-key': 'k' };
    const answer = await operator('org_acme/adjustments', { ...ADJUSTMENT, headers, body: 'amount=1' });
    expectProblem(answer, 'unsupported_media_type');
  });

  it.each(['/v1/nowhere', '/', '/v1/organizations/%zz/balance', '/v1/organizations//balance'])(
    'is answered with a problem when its path is %s',
    async (path) => {
      const answer = await operator(path);
      expect([400, 404]).toContain(answer.status);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    },
  );
});

describe('the service', () => {
  it('refuses a key that asks too often, and no other', async () => {
    const settings = { REQUESTS_PER_SECOND: '2' };
    const limited = await startTestApi({ databaseUrl: fixture.database.url, topic: fixture.topic, settings });
    try {
      const keys = await Promise.all(
        ['org_acme', 'org_globex'].map((id) => createTestApiKey(fixture.database.pool, id)),
      );
      const [eager, calm] = keys.map(({ secret }) => apiCaller(limited.url, secret));
      await eager?.('org_acme/balance');
      await calm?.('org_globex/balance');
      const answers = await Promise.all(Array.from({ length: 60 }, () => eager!('org_acme/balance')));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThanOrEqual(20);
      expectProblem(refused[0]!, 'rate_limited');
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect((await calm?.('org_globex/balance'))?.status).toBe(200);
      expect((await eager?.('/healthz'))?.status).toBe(200);
    } finally {
      await limited.stop();
    }
  });

  it.each([
    ['by the address that a trusted proxy names', { TRUSTED_PROXIES: '127.0.0.0/8,::1' }, [200, 200]],
    ['by the proxy, when nobody has said that it is to be believed', {}, [200, 429]],
  ])('counts callers without a key %s', async (_, settings, statuses) => {
    const limited = await startTestApi({
      databaseUrl: fixture.database.url,
      topic: fixture.topic,
      settings: { REQUESTS_PER_SECOND: '1', ...settings },
    });
    try {
      const askFor = (address: string): Promise<Response> =>
        fetch(`${limited.url}/openapi.json`, { headers: { 'x-forwarded-for': address } });
      const answers = await Promise.all([askFor('203.0.113.1'), askFor('203.0.113.2')]);
      expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual(statuses);
    } finally {
      await limited.stop();
    }
  });

  it('answers 503 with Retry-After while the database is away, and 200 for its own life', async () => {
    const url = new URL(fixture.database.url);
    url.port = '1';
    const lost = await startTestApi({ databaseUrl: url.toString(), topic: fixture.topic });
    try {
      const call = apiCaller(lost.url, 'flp_any');
      const answer = await call('org_acme/balance');
      expectProblem(answer, 'unavailable');
      expect(answer.headers.get('retry-after')).toBe('1');
      expect((await call('/healthz')).status).toBe(200);
      const ready = await call('/readyz');
      expect([ready.status, ready.body.checks.postgres.status]).toEqual([503, 'down']);
    } finally {
      await lost.stop();
    }
  });

  it('tells nobody what failed inside it, and notes it under the id that it tells', async () => {
    await fixture.database.pool.query('ALTER TABLE organization_head RENAME TO hidden_head');
    const answer = await operator('org_acme/balance');
    await fixture.database.pool.query('ALTER TABLE hidden_head RENAME TO organization_head');
    expectProblem(answer, 'internal_error');
    expect(JSON.stringify(answer.body)).not.toContain('organization_head');
    const failure = fixture.api.facts.find(({ msg }) => msg === 'request_failed');
    expect(answer.body.detail).toContain(failure?.['requestId']);
  });

  it('sends security headers, also with a refusal', async () => {
    for (const path of ['org_acme/balance', '/v1/nowhere']) {
      const { headers } = await operator(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    const page = await operator('/docs');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it('counts requests by route, without the ids in their paths', async () => {
    const { body } = await operator('/metrics');
    expect(body).toContain('floopy_api_request_seconds_count');
    expect(body).toContain('route="/v1/organizations/:organization_id/balance"');
    expect(body).not.toContain('org_acme');
    expect(body).toContain('floopy_api_lag_seconds');
  });

  it('logs no key and no body', async () => {
    const text = JSON.stringify(fixture.api.facts);
    expect(text).not.toContain('flp_');
    expect(text).not.toContain('Bearer');
  });
});
