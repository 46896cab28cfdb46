import { issueApiKey, publishPlans } from '@floopy/application';
import { SEEDED_PLANS } from '@floopy/domain';
import { createPlanStore, createPool, type DatabasePool, queriesOf, saveApiKey } from '@floopy/postgres';
import { randomText } from '@floopy/runtime';
import { join } from 'node:path';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../deploy/local/embedded-redis';
import { apiCaller } from '../support/running-api';
import { CLOCK_AND_HASH } from '../support/seeded-database';
import { type ApiProcess, startApiProcess } from './api-process';
import type { DrillGround } from './drill-ground';

export type DrilledStore = 'redis' | 'memory';

/** A ground on which requests are admitted: Redis, processes of the API, and a plan whose holds expire while one waits. */
export interface AdmissionGround extends DrillGround {
  readonly redis: EmbeddedRedis;
  readonly apis: readonly ApiProcess[];
  readonly apiKey: string;
  readonly holdSeconds: number;
}

export interface AdmissionGroundOptions {
  readonly store: DrilledStore;
  /** How many take part; they are made for it. */
  readonly organizations: number;
  readonly holdSeconds: number;
}

const PLAN = 'drill';
const ALLOWANCE = 100_000_000;

export async function openAdmissionGround(
  ground: DrillGround,
  options: AdmissionGroundOptions,
): Promise<AdmissionGround> {
  const { store, holdSeconds } = options;
  const redis = await startEmbeddedRedis({ directory: join(ground.directory, `redis-${store}`) });
  const pool = createPool({ url: ground.databaseUrl, applicationName: 'drill', maxConnections: 1 });
  await publishPlan(pool, holdSeconds);
  const apiKey = await issueKey(pool);
  await pool.end();
  const admission: Record<string, string> =
    store === 'redis' ? { ADMISSION_STORE: 'redis', REDIS_URL: redis.url } : { ADMISSION_STORE: 'memory' };
  const { databaseUrl, topic, kafka, directory } = ground;
  const settings = { databaseUrl, topic, brokers: kafka.brokers, admission };
  const apis: ApiProcess[] = [];
  for (const name of store === 'redis' ? ['first', 'second'] : ['only']) {
    apis.push(await startApiProcess({ ...settings, logFile: join(directory, `api-${store}-${name}.log`) }));
  }
  const organizations = Array.from({ length: options.organizations }, (_, number) => `org_${store}_${number}`);
  await createOrganizations(apiCaller(apis[0]?.url ?? '', apiKey), organizations);
  return {
    ...ground,
    organizations,
    redis,
    apis,
    apiKey,
    holdSeconds,
    async close() {
      await Promise.all(apis.map((api) => api.stop()));
      await redis.stop();
    },
  };
}

async function publishPlan(pool: DatabasePool, holdSeconds: number): Promise<void> {
  const [, pro] = SEEDED_PLANS;
  if (pro === undefined) throw new Error('there is a seeded plan');
  const hold = { ...pro.hold, lifetimeSeconds: holdSeconds };
  const draft = { ...pro, id: PLAN, name: 'Drill', includedRequests: ALLOWANCE, hold };
  await publishPlans(
    { store: createPlanStore(pool), ...CLOCK_AND_HASH },
    { drafts: [draft], effectiveAt: null, publishedBy: 'drill' },
  );
}

/** Without a past, so that what they have is known to the last cent. */
async function createOrganizations(call: ReturnType<typeof apiCaller>, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const { status } = await call('/v1/organizations', { method: 'POST', body: { id, name: id, plan: PLAN } });
    if (status !== 201) throw new Error(`${id} was not created: ${status}`);
  }
}

async function issueKey(pool: DatabasePool): Promise<string> {
  const issued = await issueApiKey(
    {
      store: { saveApiKey: (key) => saveApiKey(queriesOf(pool), key) },
      randomText,
      sha256: CLOCK_AND_HASH.sha256,
    },
    { organizationId: null, name: 'drill', scopes: ['admission:write', 'operator', 'balance:read'] },
  );
  if (issued.type === 'refused') throw new Error(issued.code);
  return issued.secret;
}
