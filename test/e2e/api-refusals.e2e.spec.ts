import { API_KEY_SCOPES, type ApiKeyScope } from '@floopy/application';
import { asyncApiDocument, PROBLEMS, problemSchema } from '@floopy/contracts';
import { queriesOf, revokeApiKey } from '@floopy/postgres';
import SwaggerParser from '@apidevtools/swagger-parser';
import Ajv from 'ajv/dist/2020';
import { openUsageFeed } from '../support/applied-usage';
import {
  type Answer,
  apiCaller,
  type Call,
  createTestApiKey,
  type RunningApi,
  startTestApi,
} from '../support/running-api';
import { createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { createTestTopic } from '../support/test-topic';
import { until } from '../support/until';
import { aPlainUsage } from '../support/usage-records';

/** What anybody may call without a key, and shows nothing of any organization. */
const PUBLIC_ROUTES = ['/healthz', '/readyz', '/metrics', '/docs', '/openapi.json', '/asyncapi.json'];
const ADJUSTMENT: Call = { method: 'POST', headers: { 'idempotency-key': 'k' }, body: { amount: '1', reason: 'r' } };

interface OrganizationRoute {
  readonly path: string;
  readonly scope: ApiKeyScope;
  readonly call: Call;
}

/** Every route of an organization, with the scope that the contract gives it. */
const ROUTES: readonly OrganizationRoute[] = [
  { path: 'balance', scope: 'balance:read', call: {} },
  { path: 'monthly-usage', scope: 'balance:read', call: {} },
  { path: 'ledger', scope: 'ledger:read', call: {} },
  { path: 'requests', scope: 'requests:read', call: {} },
  { path: 'requests/{request_id}', scope: 'requests:read', call: {} },
  { path: 'spend', scope: 'requests:read', call: {} },
  { path: 'usage-events/{source}/{event_id}', scope: 'usage:read', call: {} },
  { path: 'adjustments', scope: 'operator', call: ADJUSTMENT },
];

function pathOf(organization: string, route: OrganizationRoute): string {
  const path = route.path.replace('{request_id}', 'req_7Qd').replace('{source}', '%2Fa').replace('{event_id}', 'evt_1');
  return `${organization}/${path}${route.path === 'spend' ? '?group_by=model' : ''}`;
}

function expectProblem(answer: Answer, code: keyof typeof PROBLEMS): void {
  expect([answer.status, answer.body.code]).toEqual([PROBLEMS[code].status, code]);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(problemSchema.parse(answer.body)).toMatchObject({
    status: PROBLEMS[code].status,
    title: PROBLEMS[code].title,
  });
}

let database: SeededDatabase;
let api: RunningApi;
let topic: string;
let operator: ReturnType<typeof apiCaller>;

beforeAll(async () => {
  database = await createSeededDatabase();
  topic = await createTestTopic('api-refusals');
  api = await startTestApi({ databaseUrl: database.url, topic, settings: { API_KEY_MEMORY_MS: '300' } });
  operator = apiCaller(api.url, (await createTestApiKey(database.pool, null)).secret);
  const feed = await openUsageFeed(database.pool, 'usage.elsewhere');
  await feed.apply([aPlainUsage()]);
});

afterAll(async () => {
  await api.stop();
  await database.drop();
});

describe('every route', () => {
  it('is one of those that are pinned here: a route more or less fails this test', async () => {
    const { body } = await apiCaller(api.url, null)('/openapi.json');
    const found = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const pinned = ROUTES.map(
      ({ path, call }) => `${call.method?.toLowerCase() ?? 'get'} /v1/organizations/{organization_id}/${path}`,
    );
    const operations = ['/healthz', '/readyz', '/metrics'].map((path) => `get ${path}`);
    expect(found.toSorted()).toEqual([...pinned, ...operations].toSorted());
  });

  it.each(PUBLIC_ROUTES)('%s answers without a key', async (path) => {
    expect((await apiCaller(api.url, null)(path)).status).toBe(200);
  });

  it.each(ROUTES)('$path answers 401 without a key, and to a key that is not known', async (route) => {
    for (const secret of [null, 'flp_unknown']) {
      const answer = await apiCaller(api.url, secret)(pathOf('org_acme', route), route.call);
      expectProblem(answer, 'unauthorized');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it.each(ROUTES)('$path answers 403 to a key with every scope but $scope', async (route) => {
    const others = API_KEY_SCOPES.filter((scope) => scope !== route.scope);
    const { secret } = await createTestApiKey(database.pool, null, others);
    const answer = await apiCaller(api.url, secret)(pathOf('org_acme', route), route.call);
    expectProblem(answer, 'forbidden');
    expect(answer.body.detail).toContain(route.scope);
  });

  it.each(ROUTES)('$path answers to a key with the scope $scope alone', async (route) => {
    const { secret } = await createTestApiKey(database.pool, null, [route.scope]);
    const answer = await apiCaller(api.url, secret)(pathOf('org_acme', route), route.call);
    expect(answer.status).toBe(route.path === 'adjustments' ? 201 : 200);
  });

  it.each(ROUTES)('$path shows a key of another organization nothing, as if there were no such one', async (route) => {
    const { secret } = await createTestApiKey(database.pool, 'org_globex');
    const call = apiCaller(api.url, secret);
    const own = await call(pathOf('org_globex', route), route.call);
    const others = await call(pathOf('org_acme', route), route.call);
    const nobodys = await call(pathOf('org_nobody', route), route.call);
    if (route.scope === 'operator') {
      // Who holds a balance cannot credit it.
      for (const answer of [own, others, nobodys]) expectProblem(answer, 'forbidden');
      return;
    }
    expectProblem(others, 'not_found');
    expect(others.body).toEqual(nobodys.body);
    expect(own.status).toBe(route.path === 'requests/{request_id}' ? 404 : 200);
  });

  it.each(ROUTES)('$path answers an operator 404 for an organization that does not exist', async (route) => {
    expectProblem(await operator(pathOf('org_nobody', route), route.call), 'not_found');
  });
});

describe('an API key', () => {
  it('is kept as its SHA-256 only', async () => {
    const { secret } = await createTestApiKey(database.pool, 'org_acme');
    const { rows } = await database.pool.query('SELECT * FROM api_key');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('is refused soon after it was revoked', async () => {
    const { keyId, secret } = await createTestApiKey(database.pool, 'org_acme');
    const call = apiCaller(api.url, secret);
    expect((await call('org_acme/balance')).status).toBe(200);
    expect(await revokeApiKey(queriesOf(database.pool), keyId)).toBe(true);
    const answer = await until(
      () => call('org_acme/balance'),
      ({ status }) => status === 401,
      2_000,
    );
    expectProblem(answer, 'unauthorized');
  });
});

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
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer).toSorted()).toEqual(pointers);
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
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer).toSorted()).toEqual(pointers);
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
    const settings = { REQUESTS_PER_SECOND: '20' };
    const limited = await startTestApi({ databaseUrl: database.url, topic, settings });
    try {
      const keys = await Promise.all(['org_acme', 'org_globex'].map((id) => createTestApiKey(database.pool, id)));
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

  it('answers 503 with Retry-After while the database is away, and 200 for its own life', async () => {
    const url = new URL(database.url);
    url.port = '1';
    const lost = await startTestApi({ databaseUrl: url.toString(), topic });
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
    await database.pool.query('ALTER TABLE organization_head RENAME TO hidden_head');
    const answer = await operator('org_acme/balance');
    await database.pool.query('ALTER TABLE hidden_head RENAME TO organization_head');
    expectProblem(answer, 'internal_error');
    expect(JSON.stringify(answer.body)).not.toContain('organization_head');
    const failure = api.facts.find(({ msg }) => msg === 'request_failed');
    expect(answer.body.detail).toContain(failure?.['requestId']);
  });

  it('sends security headers, also with a refusal', async () => {
    for (const path of ['org_acme/balance', '/v1/nowhere']) {
      const { headers } = await operator(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('counts requests by route, without the ids in their paths', async () => {
    const { body } = await operator('/metrics');
    expect(body).toContain('floopy_api_request_seconds_count');
    expect(body).toContain('route="/v1/organizations/:organization_id/balance"');
    expect(body).not.toContain('org_acme');
    expect(body).toContain('floopy_api_lag_seconds');
  });

  it('logs no key and no body', async () => {
    const text = JSON.stringify(api.facts);
    expect(text).not.toContain('flp_');
    expect(text).not.toContain('Bearer');
  });
});

describe('the documents', () => {
  it('describe the routes as valid OpenAPI 3.1, with the schemas of the contract', async () => {
    const { body } = await operator('/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    await expect(SwaggerParser.validate(structuredClone(body))).resolves.toMatchObject({ openapi: '3.1.0' });
    for (const schema of Object.values<object>(body.components.schemas)) {
      expect(new Ajv({ strict: false, validateFormats: false }).validateSchema(schema)).toBe(true);
    }
  });

  it('describe every answer of every route by a shape or a problem', async () => {
    const { body } = await operator('/openapi.json');
    for (const { path, call } of ROUTES) {
      const method = call.method?.toLowerCase() ?? 'get';
      const { responses, security } = body.paths[`/v1/organizations/{organization_id}/${path}`][method];
      expect(security).toEqual([{ bearer: [] }]);
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '401', '403', '404', '429', '500', '503']));
      for (const [status, response] of Object.entries<{ content: object }>(responses)) {
        const types = Number(status) < 400 ? ['application/json'] : ['application/problem+json'];
        expect([status, Object.keys(response.content)]).toEqual([status, types]);
      }
    }
  });

  it('describe the topics', async () => {
    expect((await operator('/asyncapi.json')).body).toEqual(asyncApiDocument());
  });

  it('are shown on a page that loads nothing from elsewhere', async () => {
    const page = await operator('/docs');
    expect(page.body).toContain('swagger-ui');
    expect(page.body).not.toMatch(/(?:src|href)="https?:/);
    expect((await operator('/docs/swagger-ui-bundle.js')).status).toBe(200);
  });
});
