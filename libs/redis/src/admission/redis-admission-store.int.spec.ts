import type { AdmissionStore } from '@floopy/application';
import { type Instant, instantOfMilliseconds, type OrganizationId } from '@floopy/domain';
import * as fc from 'fast-check';
import type { EmbeddedRedis } from '../../../../deploy/local/embedded-redis';
import { aBench, aSnapshot } from '../../../../test/support/admission-bench';
import { admissionSteps, liveThrough } from '../../../../test/support/admission-histories';
import { describeAdmissionStore } from '../../../../test/support/admission-store-contract';
import { anAdmissionQuestion, cents, LIFETIME_MS, NOON } from '../../../../test/support/an-admission-question';
import { startRedis } from '../../../../test/support/redis';
import { until } from '../../../../test/support/until';
import { openRedis } from '../connection/open-redis';
import { readDurability } from '../connection/read-durability';
import type { RedisClient } from '../connection/run-script';
import { createRedisAdmissionStore, type HeldOrganizations } from './redis-admission-store';

/** Remembers as Postgres does: whatever becomes of Redis. */
function aRegister(): HeldOrganizations {
  const known = new Set<OrganizationId>();
  return {
    claim: (id) => {
      const answer = known.has(id) ? 'known' : 'first';
      known.add(id);
      return Promise.resolve(answer);
    },
  };
}

const register = aRegister();
const clock = (): Instant => NOON;

function storeOn(client: RedisClient): AdmissionStore {
  return createRedisAdmissionStore(client, { register, clock, longestHoldMs: LIFETIME_MS });
}

function openClient(url: string): RedisClient {
  return openRedis({ url, commandTimeoutMs: 5_000 });
}

let redis: EmbeddedRedis;
let client: RedisClient;
let store: AdmissionStore;
beforeAll(async () => {
  redis = await startRedis();
  client = openClient(redis.url);
  store = storeOn(client);
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
});

describe('a store in Redis', () => {
  describeAdmissionStore(() => store);

  it('passes no limit and explains every excess to the unit, whatever happens in whatever order', async () => {
    const property = fc.asyncProperty(admissionSteps, async (steps) => {
      expect((await liveThrough(store, steps)).size).toBeGreaterThan(0);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('decides as one, however many processes ask', async () => {
    const others = Array.from({ length: 4 }, () => openClient(redis.url));
    const bench = await aBench(store);
    const stores = others.map(storeOn);
    const benches = stores.map((each) => ({ ...bench, store: each }));
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        benches[index % 4]!.store.decide(anAdmissionQuestion({ organizationId: bench.id, requestId: `req_${index}` })),
      ),
    );
    expect(answers.filter(({ type }) => type === 'admitted')).toHaveLength(100);
    for (const other of others) other.disconnect();
  });
});

describe('a Redis that was killed', () => {
  it('has every hold that was answered, and goes on', async () => {
    const bench = await aBench(store, { balance: cents(5) });
    for (let index = 0; index < 5; index += 1) await bench.ask({ requestId: `req_${index}` });
    await redis.kill();
    expect(await bench.ask({ requestId: 'req_meanwhile' })).toEqual({ type: 'unavailable' });
    await redis.restart();
    await until(
      () => bench.ask({ requestId: 'req_0' }),
      ({ type }) => type === 'repeated',
    );
    expect(await bench.ask({ requestId: 'req_more' })).toMatchObject({ refusal: { code: 'insufficient_credits' } });
    expect(await readDurability(client)).toBe('durable');
  });

  it('admits nothing for a hold lifetime when it comes back without its holds', async () => {
    const bench = await aBench(store, { balance: cents(1) });
    await bench.ask({ requestId: 'req_1' });
    await client.call('FLUSHALL');
    expect(await bench.ask({ requestId: 'req_2' })).toEqual({ type: 'not_loaded' });
    await bench.store.load({ ...aSnapshot(bench.id), balance: cents(1) });
    const whole = instantOfMilliseconds(NOON + LIFETIME_MS);
    expect(await bench.ask({ requestId: 'req_2' })).toEqual({ type: 'recovering', until: whole });
    expect(await bench.store.summary(bench.id, NOON)).toMatchObject({ recoveringUntil: whole });
    expect(await bench.store.summary(bench.id, whole)).toMatchObject({ recoveringUntil: null });
    expect(await bench.ask({ requestId: 'req_2', now: whole })).toMatchObject({ type: 'admitted' });
  });
});

describe('a replica that was promoted', () => {
  it('admits nothing for a hold lifetime, since it may lack what was answered last', async () => {
    const replica = await startRedis();
    const promoted = openClient(replica.url);
    await promoted.call('REPLICAOF', '127.0.0.1', String(redis.port));
    const bench = await aBench(store, { balance: cents(10) });
    await bench.ask({ requestId: 'req_1' });
    await until(
      () => promoted.call('EXISTS', `adm:{${encodeURIComponent(bench.id)}}:state`),
      (count) => count === 1,
    );
    await promoted.call('REPLICAOF', 'NO', 'ONE');
    const after = storeOn(promoted);
    const ask = (requestId: string, now = NOON): ReturnType<AdmissionStore['decide']> =>
      after.decide(anAdmissionQuestion({ organizationId: bench.id, requestId, now }));
    const whole = instantOfMilliseconds(NOON + LIFETIME_MS);
    expect(await ask('req_2')).toEqual({ type: 'recovering', until: whole });
    expect(await ask('req_1')).toMatchObject({ type: 'repeated' });
    expect(await ask('req_2', whole)).toMatchObject({ type: 'admitted' });
    promoted.disconnect();
    await replica.stop();
  });
});
