import {
  adjustBalance,
  admitRequest,
  type AdmitOutcome,
  FollowedOrganizations,
  followLedger,
} from '@floopy/application';
import { type AdmissionRequest, organizationIdOf } from '@floopy/domain';
import {
  AdmissionTermsMemory,
  claimHeldOrganization,
  createAdjustmentStore,
  createAdmissionSource,
  createPool,
  type DatabasePool,
  queriesOf,
} from '@floopy/postgres';
import { createRedisAdmissionStore, openRedis, type RedisClient } from '@floopy/redis';
import type { EmbeddedRedis } from '../../deploy/local/embedded-redis';
import { anAdmissionQuestion, cents, LIFETIME_MS } from '../support/an-admission-question';
import { openUsageFeed } from '../support/applied-usage';
import { startRedis } from '../support/redis';
import { CLOCK_AND_HASH, createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { aPlainUsage } from '../support/usage-records';

const ACME = organizationIdOf('org_acme');
const { clock } = CLOCK_AND_HASH;

/** A thousand tokens of output at 0.001 cents each: one cent. */
const REQUEST: AdmissionRequest = {
  ...anAdmissionQuestion({ organizationId: ACME, requestId: 'req_1' }).request,
  inputTokens: 0,
  maxOutputTokens: 1_000,
};

interface Process {
  readonly client: RedisClient;
  admit(requestId: string): Promise<AdmitOutcome>;
  follow(): Promise<number>;
  held(): Promise<bigint | undefined>;
}

let database: SeededDatabase;
let writer: DatabasePool;
let redis: EmbeddedRedis;
let processes: Process[];
let holds = 0;
beforeEach(async () => {
  [database, redis] = await Promise.all([createSeededDatabase(), startRedis()]);
  const settings = { role: 'floopy_writer', applicationName: 'admission', maxConnections: 8, pipeline: true } as const;
  writer = createPool({ url: database.url, ...settings });
  processes = Array.from({ length: 4 }, () => aProcess());
  const credited = { organizationId: ACME, amount: cents(100), reason: 'test', idempotencyKey: 'key_1' };
  await adjustBalance({ store: createAdjustmentStore(writer), ...CLOCK_AND_HASH }, credited);
});
afterEach(async () => {
  for (const { client } of processes) client.disconnect();
  await Promise.all([writer.end(), redis.stop()]);
  await database.drop();
});

/** What one of several API processes has: its own connection, memory of terms, and place in the ledger. */
function aProcess(): Process {
  const client = openRedis({ url: redis.url, commandTimeoutMs: 10_000 });
  const register = { claim: (id: typeof ACME) => claimHeldOrganization(queriesOf(writer), id) };
  const store = createRedisAdmissionStore(client, { register, clock, longestHoldMs: LIFETIME_MS });
  const ports = {
    store,
    source: createAdmissionSource(writer),
    terms: new AdmissionTermsMemory(writer),
    followed: new FollowedOrganizations(),
    clock,
    holdId: () => `hold_${(holds += 1)}`,
  };
  return {
    client,
    admit: (requestId) => admitRequest(ports, { ...REQUEST, requestId }),
    follow: () => followLedger(ports),
    held: async () => (await store.summary(ACME, clock()))?.held,
  };
}

function askAll(count: number, name: string): Promise<AdmitOutcome[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => processes[index % processes.length]!.admit(`${name}_${index}`)),
  );
}

describe('four processes over one Redis', () => {
  it('admit a dollar of holds on a dollar, and not a unit more, whichever of them is asked', async () => {
    const outcomes = await askAll(1_000, 'req');
    expect(outcomes.filter(({ type }) => type === 'admitted')).toHaveLength(100);
    expect(outcomes.filter(({ type }) => type === 'refused')).toHaveLength(900);
    expect(await processes[0]?.held()).toBe(cents(100));
  });

  it('follow one ledger: each brings what it has read, and the store takes it once', async () => {
    await askAll(8, 'req');
    const feed = await openUsageFeed(writer);
    const usage = { input_tokens: 0, output_tokens: 500 };
    const time = new Date(clock()).toISOString();
    const bodies = Array.from({ length: 4 }, (_, index) => ({ request_id: `req_${index}`, usage }));
    await feed.apply(bodies.map((body, index) => aPlainUsage({ id: `evt_${index}`, time, body })));
    await Promise.all(processes.map((each) => each.follow()));
    expect(await processes[0]?.held()).toBe(cents(4));
    expect(await processes[1]?.admit('req_0')).toEqual({ type: 'settled' });
    expect(await processes[2]?.admit('req_more')).toMatchObject({
      type: 'admitted',
      remaining: { balance: cents(93) },
    });
  });

  it('admit nothing for a hold lifetime once Redis has lost what they held', async () => {
    await askAll(100, 'req');
    await processes[0]?.client.call('FLUSHALL');
    const outcomes = await askAll(40, 'later');
    expect(new Set(outcomes.map(({ type }) => type))).toEqual(new Set(['recovering']));
  });
});
