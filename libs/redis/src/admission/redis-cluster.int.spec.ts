import { instantOfMilliseconds } from '@floopy/domain';
import { aBench } from '../../../../test/support/admission-bench';
import { describeAdmissionStore } from '../../../../test/support/admission-store-contract';
import { cents, LIFETIME_MS, NOON } from '../../../../test/support/an-admission-question';
import { type RedisCluster, startRedisCluster } from '../../../../test/support/redis-cluster';
import { until } from '../../../../test/support/until';
import { openRedis } from '../connection/open-redis';
import { readDurability } from '../connection/read-durability';
import type { RedisClient } from '../connection/run-script';
import { createRedisAdmissionStore } from './redis-admission-store';

function storeOn(client: RedisClient): ReturnType<typeof createRedisAdmissionStore> {
  const register = { claim: () => Promise.resolve('first' as const) };
  return createRedisAdmissionStore(client, { register, clock: () => NOON, longestHoldMs: LIFETIME_MS });
}

describe('a store in a Redis Cluster', () => {
  let cluster: RedisCluster;
  let client: RedisClient;
  let store: ReturnType<typeof createRedisAdmissionStore>;
  beforeAll(async () => {
    cluster = await startRedisCluster();
    client = openRedis({ url: cluster.url, commandTimeoutMs: 5_000 });
    store = storeOn(client);
  });
  afterAll(async () => {
    client.disconnect();
    await cluster.stop();
  });

  describeAdmissionStore(() => store);

  it('spreads organizations over the nodes, and has each of them whole on one', async () => {
    const benches = await Promise.all(Array.from({ length: 30 }, () => aBench(store)));
    await Promise.all(benches.map((bench) => bench.ask({ requestId: 'req_1' })));
    const sizes = await Promise.all(
      cluster.nodes.map(async ({ url }) => {
        const node = openRedis({ url, commandTimeoutMs: 5_000 });
        const size = Number(await node.call('DBSIZE'));
        node.disconnect();
        return size;
      }),
    );
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(await readDurability(client)).toBe('durable');
  });

  it('has every hold of a node that was killed, once it is back', async () => {
    const benches = await Promise.all(Array.from({ length: 12 }, () => aBench(store, { balance: cents(1) })));
    await Promise.all(benches.map((bench) => bench.ask({ requestId: 'req_1' })));
    const [node] = cluster.nodes;
    await node?.kill();
    const meanwhile = await Promise.all(benches.map((bench) => bench.ask({ requestId: 'req_2' })));
    expect(meanwhile.filter(({ type }) => type === 'admitted')).toHaveLength(0);
    await node?.restart();
    for (const bench of benches) {
      const answer = await until(
        () => bench.ask({ requestId: 'req_2' }),
        ({ type }) => type !== 'unavailable',
      );
      expect(answer).toMatchObject({ type: 'refused', refusal: { code: 'insufficient_credits' } });
    }
  });
});

describe('a master that was killed, with a replica that takes its place', () => {
  it('is followed by one that admits nothing for a hold lifetime, since it may lack what was answered last', async () => {
    const cluster = await startRedisCluster({ replicated: true });
    const client = openRedis({ url: cluster.url, commandTimeoutMs: 1_000 });
    try {
      const store = storeOn(client);
      const benches = await Promise.all(Array.from({ length: 12 }, () => aBench(store, { balance: cents(2) })));
      await Promise.all(benches.map((bench) => bench.ask({ requestId: 'req_1' })));
      await cluster.nodes[0]?.kill();
      const answers = await Promise.all(
        benches.map((bench) =>
          until(
            () => bench.ask({ requestId: 'req_2' }),
            ({ type }) => type !== 'unavailable',
            60_000,
          ),
        ),
      );
      const whole = instantOfMilliseconds(NOON + LIFETIME_MS);
      // Those of the other masters go on, and have room for one more.
      expect(new Set(answers.map(({ type }) => type))).toEqual(new Set(['recovering', 'admitted']));
      for (const [index, bench] of benches.entries()) {
        if (answers[index]?.type !== 'recovering') continue;
        expect(answers[index]).toEqual({ type: 'recovering', until: whole });
        expect(await bench.ask({ requestId: 'req_2', now: whole })).toMatchObject({ type: 'admitted' });
      }
    } finally {
      client.disconnect();
      await cluster.stop();
    }
  });
});
