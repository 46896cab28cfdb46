import SwaggerParser from '@apidevtools/swagger-parser';
import { API_KEY_SCOPES, type ApiKeyScope } from '@floopy/application';
import { asyncApiDocument } from '@floopy/contracts';
import { queriesOf, revokeApiKey } from '@floopy/postgres';
import Ajv from 'ajv/dist/2020';
import { type ApiFixture, openApiFixture } from '../support/api-fixture';
import { expectProblem } from '../support/expect-problem';
import { apiCaller, type Call, createTestApiKey } from '../support/running-api';
import { until } from '../support/until';
import { aPlainUsage } from '../support/usage-records';

/** What anybody may call without a key, and shows nothing of any organization. */
const PUBLIC_ROUTES = ['/healthz', '/readyz', '/metrics', '/docs', '/openapi.json', '/asyncapi.json'];
const ADJUSTMENT: Call = { method: 'POST', headers: { 'idempotency-key': 'k' }, body: { amount: '1', reason: 'r' } };
const REVERSAL: Call = { method: 'POST', headers: { 'idempotency-key': 'r' }, body: { position: 1, reason: 'r' } };
const ENDPOINT = { kind: 'webhook', address: 'https://hooks.example.com/' };
const ALERT_SETTINGS = {
  balance_below: ['1000'],
  days_left_below: [],
  allowance_percents: [80],
  team_budget_percents: [],
  spike: null,
  unpriced_models: true,
  dead_letters: null,
};

/** Of no organization, or of one that the body or the query names. */
const UNBOUND = [
  'post /v1/organizations',
  'post /v1/admissions',
  'delete /v1/admissions/{request_id}',
  'get /v1/audit',
  'get /v1/reprices',
  'post /v1/reprices',
  'get /v1/reprices/{reprice_id}',
  'post /v1/reprices/{reprice_id}/apply',
  'get /v1/dead-letters',
  'get /v1/dead-letters/{dead_letter_id}',
  'post /v1/dead-letters/{dead_letter_id}/fix',
  'post /v1/dead-letters/redrive',
  'post /v1/dead-letters/discard',
];

interface OrganizationRoute {
  readonly path: string;
  readonly scope: ApiKeyScope;
  readonly call: Call;
  /** To whom may; 200 when absent. */
  readonly status?: number;
}

/** Every route of an organization, with the scope that the contract gives it. */
const ROUTES: readonly OrganizationRoute[] = [
  { path: 'balance', scope: 'balance:read', call: {} },
  { path: 'monthly-usage', scope: 'balance:read', call: {} },
  { path: 'ledger', scope: 'ledger:read', call: {} },
  { path: 'requests', scope: 'requests:read', call: {} },
  { path: 'requests/{request_id}', scope: 'requests:read', call: {} },
  { path: 'spend', scope: 'requests:read', call: {} },
  { path: 'statements/{period}', scope: 'ledger:read', call: {} },
  { path: 'usage-events/{source}/{event_id}', scope: 'usage:read', call: {} },
  { path: 'adjustments', scope: 'operator', call: ADJUSTMENT, status: 201 },
  { path: 'reversals', scope: 'operator', call: REVERSAL, status: 201 },
  { path: 'holds', scope: 'balance:read', call: {} },
  { path: '', scope: 'balance:read', call: {} },
  { path: 'status', scope: 'operator', call: put({ status: 'active', reason: 'r' }) },
  { path: 'plan', scope: 'balance:read', call: {} },
  { path: 'plan', scope: 'plan:write', call: put({ plan: 'free' }) },
  { path: 'overage', scope: 'balance:read', call: {} },
  { path: 'overage', scope: 'overage:write', call: put({ enabled: false }) },
  { path: 'periods', scope: 'balance:read', call: {} },
  { path: 'billing-anchor', scope: 'operator', call: put({ day: 1, hour: 0 }) },
  { path: 'members', scope: 'balance:read', call: {} },
  { path: 'members/{member_id}', scope: 'members:write', call: put({ role: 'member' }) },
  { path: 'members/{member_id}', scope: 'members:write', call: { method: 'DELETE' } },
  { path: 'teams', scope: 'balance:read', call: {} },
  { path: 'teams/{team_id}', scope: 'members:write', call: put({ name: 'Search' }) },
  { path: 'team-budgets', scope: 'balance:read', call: {} },
  { path: 'team-budgets/{team_id}', scope: 'budgets:write', call: put({ limit: '10' }) },
  { path: 'team-budgets/{team_id}', scope: 'budgets:write', call: { method: 'DELETE' } },
  { path: 'alerts', scope: 'balance:read', call: {} },
  { path: 'alert-settings', scope: 'balance:read', call: {} },
  { path: 'alert-settings', scope: 'alerts:write', call: put(ALERT_SETTINGS) },
  { path: 'alert-endpoints', scope: 'balance:read', call: {} },
  { path: 'alert-endpoints', scope: 'alerts:write', call: { method: 'POST', body: ENDPOINT }, status: 201 },
  { path: 'alert-endpoints/{endpoint_id}/test', scope: 'alerts:write', call: { method: 'POST' }, status: 202 },
  { path: 'alert-endpoints/{endpoint_id}', scope: 'alerts:write', call: { method: 'DELETE' } },
];

function put(body: object): Call {
  return { method: 'PUT', body };
}

/** Where the documents describe a route. */
function documentedAt({ path }: OrganizationRoute): string {
  return `/v1/organizations/{organization_id}${path === '' ? '' : `/${path}`}`;
}

function pathOf(organization: string, route: OrganizationRoute): string {
  const path = route.path
    .replace('{request_id}', 'req_7Qd')
    .replace('{source}', '%2Fa')
    .replace('{period}', '2026-11')
    .replace('{endpoint_id}', `end_of_${organization}`)
    .replace(/\{\w+\}/g, 'id_1');
  return `${organization}${path === '' ? '' : '/'}${path}${route.path === 'spend' ? '?group_by=model' : ''}`;
}

let fixture: ApiFixture;
let operator: ApiFixture['operator'];

beforeAll(async () => {
  fixture = await openApiFixture({ API_KEY_MEMORY_MS: '300' });
  operator = fixture.operator;
  // A plan that has team budgets, to the end of the period also when another is chosen.
  for (const id of ['org_acme', 'org_globex']) await operator(`${id}/plan`, put({ plan: 'pro' }));
  await fixture.feed.apply([aPlainUsage()]);
  await fixture.database.pool.query(
    `INSERT INTO alert_endpoint (endpoint_id, organization_key, kind, address, created_at, created_by)
     SELECT 'end_of_' || organization_id, organization_key, 2, 'ada@example.com', now(), 'test' FROM organization`,
  );
});

afterAll(() => fixture.close());

describe('every route', () => {
  it('is one of those that are pinned here: a route more or less fails this test', async () => {
    const { body } = await apiCaller(fixture.api.url, null)('/openapi.json');
    const found = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const pinned = ROUTES.map((route) => `${route.call.method?.toLowerCase() ?? 'get'} ${documentedAt(route)}`);
    const operations = ['/healthz', '/readyz', '/metrics'].map((path) => `get ${path}`);
    expect(found.toSorted()).toEqual([...pinned, ...UNBOUND, ...operations].toSorted());
  });

  it.each(PUBLIC_ROUTES)('%s answers without a key', async (path) => {
    expect((await apiCaller(fixture.api.url, null)(path)).status).toBe(200);
  });

  it.each(ROUTES)('$path answers 401 without a key, and to a key that is not known', async (route) => {
    for (const secret of [null, 'flp_unknown']) {
      const answer = await apiCaller(fixture.api.url, secret)(pathOf('org_acme', route), route.call);
      expectProblem(answer, 'unauthorized');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it.each(ROUTES)('$path answers 403 to a key with every scope but $scope', async (route) => {
    const others = API_KEY_SCOPES.filter((scope) => scope !== route.scope);
    const { secret } = await createTestApiKey(fixture.database.pool, null, others);
    const answer = await apiCaller(fixture.api.url, secret)(pathOf('org_acme', route), route.call);
    expectProblem(answer, 'forbidden');
    expect(answer.body.detail).toContain(route.scope);
  });

  it.each(ROUTES)('$path answers to a key with the scope $scope alone', async (route) => {
    const { secret } = await createTestApiKey(fixture.database.pool, null, [route.scope]);
    const answer = await apiCaller(fixture.api.url, secret)(pathOf('org_acme', route), route.call);
    expect(answer.status).toBe(route.status ?? 200);
  });

  it.each(ROUTES)('$path shows a key of another organization nothing, as if there were no such one', async (route) => {
    const { secret } = await createTestApiKey(fixture.database.pool, 'org_globex');
    const call = apiCaller(fixture.api.url, secret);
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
    expect(own.status).toBe(route.path === 'requests/{request_id}' ? 404 : (route.status ?? 200));
  });

  it.each(ROUTES)('$path answers an operator 404 for an organization that does not exist', async (route) => {
    expectProblem(await operator(pathOf('org_nobody', route), route.call), 'not_found');
  });
});

describe('an API key', () => {
  it('is kept as its SHA-256 only', async () => {
    const { secret } = await createTestApiKey(fixture.database.pool, 'org_acme');
    const { rows } = await fixture.database.pool.query('SELECT * FROM api_key');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('is refused soon after it was revoked', async () => {
    const { keyId, secret } = await createTestApiKey(fixture.database.pool, 'org_acme');
    const call = apiCaller(fixture.api.url, secret);
    expect((await call('org_acme/balance')).status).toBe(200);
    expect(await revokeApiKey(queriesOf(fixture.database.pool), keyId)).toBe(true);
    const answer = await until(
      () => call('org_acme/balance'),
      ({ status }) => status === 401,
      2_000,
    );
    expectProblem(answer, 'unauthorized');
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
    for (const route of ROUTES) {
      const method = route.call.method?.toLowerCase() ?? 'get';
      const { responses, security } = body.paths[documentedAt(route)][method];
      expect(security).toEqual([{ bearer: [] }]);
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '401', '403', '404', '429', '500', '503']));
      for (const [status, response] of Object.entries<{ content: object }>(responses)) {
        if (status === '304') continue;
        const types = Number(status) < 400 ? ['application/json'] : ['application/problem+json'];
        expect([status, Object.keys(response.content)]).toEqual([status, types]);
      }
    }
  });

  it('describe what is posted to webhooks', async () => {
    const { webhooks, components } = (await operator('/openapi.json')).body;
    const posted = webhooks.alert.post.requestBody.content['application/json'].schema;
    expect(posted).toEqual({ $ref: '#/components/schemas/alert_webhook' });
    expect(components.schemas.alert_webhook.required).toEqual(['type', 'timestamp', 'data']);
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
