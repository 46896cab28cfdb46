import { instantOfMilliseconds } from '@floopy/domain';
import { FollowedOrganizations, MemoryAdmissionStore, type OperatorAct } from '@floopy/application';
import {
  AdmissionTermsMemory,
  createAdjustmentStore,
  createAdmissionSource,
  createPool,
  createTermsStore,
  type DatabasePool,
} from '@floopy/postgres';
import { createLogger, createMetrics, HealthChecks, type Log, type Metrics, sha256 } from '@floopy/runtime';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeyMemory } from '../access/api-key-memory';
import { createAdmissionMetrics } from '../admission/admission-metrics';
import { Admissions } from '../admission/admissions';
import { openAlertChoices } from '../alerts/alert-choices';
import { openCorrections } from '../corrections/corrections';
import { openDeadLetters } from '../dead-letters/dead-letters';
import { LagMonitor } from '../watermark/lag-monitor';
import { PositionWaiter } from '../watermark/position-waiter';
import { createServer } from './create-server';
import { OrganizationReads } from './organization-reads';

/** What anybody may call: it shows nothing of any organization. */
const PUBLIC = ['GET /healthz', 'GET /readyz', 'GET /metrics', 'GET /asyncapi.json', 'GET /openapi.json'];

/** The page of the documents, and its own scripts and styles. */
const DOCUMENTS = /^GET \/docs(?:\/|$)/;

const PINNED = [
  'GET /v1/organizations/:organization_id/balance',
  'GET /v1/organizations/:organization_id/monthly-usage',
  'GET /v1/organizations/:organization_id/ledger',
  'GET /v1/organizations/:organization_id/requests',
  'GET /v1/organizations/:organization_id/requests/:request_id',
  'GET /v1/organizations/:organization_id/spend',
  'GET /v1/organizations/:organization_id/statements/:period',
  'GET /v1/organizations/:organization_id/usage-events/:source/:event_id',
  'POST /v1/organizations/:organization_id/adjustments',
  'POST /v1/organizations/:organization_id/reversals',
  'GET /v1/reprices',
  'POST /v1/reprices',
  'GET /v1/reprices/:reprice_id',
  'POST /v1/reprices/:reprice_id/apply',
  'GET /v1/audit',
  'POST /v1/organizations',
  'GET /v1/organizations/:organization_id',
  'PUT /v1/organizations/:organization_id/status',
  'GET /v1/organizations/:organization_id/plan',
  'PUT /v1/organizations/:organization_id/plan',
  'GET /v1/organizations/:organization_id/overage',
  'PUT /v1/organizations/:organization_id/overage',
  'GET /v1/organizations/:organization_id/periods',
  'PUT /v1/organizations/:organization_id/billing-anchor',
  'GET /v1/organizations/:organization_id/members',
  'PUT /v1/organizations/:organization_id/members/:member_id',
  'DELETE /v1/organizations/:organization_id/members/:member_id',
  'GET /v1/organizations/:organization_id/teams',
  'PUT /v1/organizations/:organization_id/teams/:team_id',
  'GET /v1/organizations/:organization_id/team-budgets',
  'PUT /v1/organizations/:organization_id/team-budgets/:team_id',
  'DELETE /v1/organizations/:organization_id/team-budgets/:team_id',
  'POST /v1/admissions',
  'DELETE /v1/admissions/:request_id',
  'GET /v1/organizations/:organization_id/holds',
  'GET /v1/organizations/:organization_id/alerts',
  'GET /v1/organizations/:organization_id/alert-settings',
  'PUT /v1/organizations/:organization_id/alert-settings',
  'GET /v1/organizations/:organization_id/alert-endpoints',
  'POST /v1/organizations/:organization_id/alert-endpoints',
  'DELETE /v1/organizations/:organization_id/alert-endpoints/:endpoint_id',
  'POST /v1/organizations/:organization_id/alert-endpoints/:endpoint_id/test',
  'GET /v1/dead-letters',
  'GET /v1/dead-letters/:dead_letter_id',
  'POST /v1/dead-letters/:dead_letter_id/fix',
  'POST /v1/dead-letters/redrive',
  'POST /v1/dead-letters/discard',
];

/** The server with all its routes, over a database that nobody ever reaches. */
async function aServer(
  scopes: readonly string[],
  saveAct: (act: OperatorAct) => Promise<number> = refuseAct,
): Promise<NestFastifyApplication> {
  const log = createLogger({ app: 'test', level: 'silent' });
  const metrics = createMetrics('test');
  const clock = () => instantOfMilliseconds(Date.now());
  const nowhere = 'postgres://nobody:nothing@127.0.0.1:1/none';
  const pool = createPool({ url: nowhere, applicationName: 'test', maxConnections: 1, pipeline: true });
  const backlog = { partitionCount: 1, waiting: new Map() };
  const lag = new LagMonitor(
    { finder: { find: () => Promise.resolve(backlog) }, readProgress: () => Promise.resolve([]), clock },
    { stallMs: 1_000, log, metrics },
  );
  const grant = { keyId: 'key_1', organization: null, member: null, scopes };
  return createServer(
    {
      reads: new OrganizationReads(pool, lag),
      positions: new PositionWaiter(() => Promise.resolve(0)),
      keys: new ApiKeyMemory(() => Promise.resolve(grant), 1_000, clock),
      findOrganizationKey: () => Promise.resolve(1),
      audit: { store: { saveAct, saveOutcome: () => Promise.resolve() }, onLostOutcome: () => undefined },
      adjustments: { store: createAdjustmentStore(pool), clock, sha256 },
      listActs: () => Promise.resolve([]),
      corrections: openCorrections(pool),
      deadLetters: openDeadLetters(pool),
      terms: { store: createTermsStore(pool), clock, onChanged: () => Promise.resolve() },
      admissions: anAdmission(pool, log, metrics),
      alerts: openAlertChoices(pool, { ALERT_EMAILS: false, WEBHOOK_INSECURE: false }),
      checks: new HealthChecks(),
      metrics,
      log,
    },
    { requestsPerSecond: 1_000, trustedProxies: [] },
  );
}

function refuseAct(): Promise<never> {
  return Promise.reject(new Error('nothing can be written down'));
}

/** Of a process that may not decide. */
function anAdmission(pool: DatabasePool, log: Log, metrics: Metrics): Admissions {
  const store = new MemoryAdmissionStore({
    journal: () => null,
    durability: 'durable',
    onJournalFailure: () => undefined,
  });
  const ports = {
    store,
    source: createAdmissionSource(pool),
    terms: new AdmissionTermsMemory(pool),
    followed: new FollowedOrganizations(),
    clock: () => instantOfMilliseconds(Date.now()),
    holdId: () => 'hld_1',
  };
  return new Admissions({ ports, holdsNothing: () => true, metrics: createAdmissionMetrics(metrics, ports), log });
}

/** Every route that the server itself knows, whoever has added it, without the HEAD of each GET. */
function routesOf(app: NestFastifyApplication): string[] {
  const tree: string = app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  const path: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const branch = /^(.*)[├└]── (\S+)(?: \(([^)]+)\))?$/.exec(line);
    if (branch === null) return [];
    const [, indent = '', part = '', methods = ''] = branch;
    // A branch lies as deep as its four characters of indentation; its path begins with those above it.
    path.splice(indent.length / 4, path.length, part);
    const named = methods.split(', ').filter((method) => method !== '' && method !== 'HEAD');
    return named.map((method) => `${method} ${path.join('')}`);
  });
}

function methodOf(name: string | undefined): 'GET' | 'POST' | 'PUT' | 'DELETE' {
  return name === 'POST' || name === 'PUT' || name === 'DELETE' ? name : 'GET';
}

async function call(app: NestFastifyApplication, route: string, headers: Record<string, string>): Promise<number> {
  const [method, path = ''] = route.split(' ');
  const url = path.replace(/:\w+/g, 'x');
  const { statusCode } = await app.inject({ method: methodOf(method), url, headers });
  return statusCode;
}

describe('createServer', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    app = await aServer([]);
  });

  afterAll(() => app.close());

  it('has the routes of the contract and no other: one more must be pinned here', () => {
    const routes = routesOf(app);
    expect(routes.filter((route) => !DOCUMENTS.test(route)).toSorted()).toEqual([...PINNED, ...PUBLIC].toSorted());
  });

  it.each(PINNED)('refuses %s without a key, and with a key that has no scope', async (route) => {
    expect(await call(app, route, {})).toBe(401);
    expect(await call(app, route, { authorization: 'Bearer flp_any' })).toBe(403);
  });

  it('refuses HEAD and OPTIONS of a pinned route as it refuses GET', async () => {
    const url = '/v1/organizations/org_acme/balance';
    expect((await app.inject({ method: 'HEAD', url })).statusCode).toBe(401);
    expect((await app.inject({ method: 'OPTIONS', url })).statusCode).toBe(404);
  });

  it('writes down what an operator changes, whatever the route, and does nothing that it cannot write down', async () => {
    const acts: OperatorAct[] = [];
    const operated = await aServer(['operator'], (act) => {
      acts.push(act);
      return refuseAct();
    });
    const permitted: string[] = [];
    for (const route of PINNED) {
      const status = await call(operated, route, { authorization: 'Bearer flp_any' });
      if (status === 403 || route.startsWith('GET ')) continue;
      permitted.push(route);
      expect({ route, status }).toEqual({ route, status: 500 });
    }
    await operated.close();
    expect(permitted).toContain('POST /v1/organizations/:organization_id/adjustments');
    expect(acts.map(({ command }) => command)).toEqual(permitted);
    expect(acts[0]).toMatchObject({ actor: 'key_1', account: 'key_1', channel: 'http' });
  });
});
