import { createKafka } from '@floopy/kafka';
import type { Producer } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { apiCaller, createTestApiKey, type RunningApi, startTestApi } from '../support/running-api';
import { startConsumer } from '../support/running-consumer';
import { createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { testServers } from '../support/servers';
import { createTestTopic } from '../support/test-topic';
import { until } from '../support/until';
import { aPlainUsage, recordOf } from '../support/usage-records';

let database: SeededDatabase;
let producer: Producer;
let secret: string;

beforeAll(async () => {
  database = await createSeededDatabase();
  ({ secret } = await createTestApiKey(database.pool, null));
  const kafka = createKafka({ brokers: testServers().kafkaBrokers, clientId: 'test-api-lag' });
  producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
});

afterAll(async () => {
  await producer.disconnect();
  await database.drop();
});

async function balance(
  api: RunningApi,
  organization = 'org_acme',
): Promise<{ balance: string; lag: number; position: number }> {
  const { body } = await apiCaller(api.url, secret)(`${organization}/balance`);
  return { balance: body.balance, lag: body.watermark.lag_seconds, position: body.watermark.position };
}

async function publish(topic: string, id: string): Promise<void> {
  await producer.send({ topic, messages: [recordOf(aPlainUsage({ id, body: { request_id: id } }))] });
}

describe('lag_seconds', () => {
  it('grows while records wait and the consumer stands still, and is 0 once they are applied', async () => {
    const topic = await createTestTopic('api-lag', { partitions: 4 });
    const api = await startTestApi({ databaseUrl: database.url, topic, settings: { STALL_SECONDS: '2' } });
    const call = apiCaller(api.url, secret);
    try {
      await until(
        () => balance(api),
        ({ lag }) => lag === 0,
      );
      const publishedAt = Date.now();
      await publish(topic, 'lag_1');
      const first = await until(
        () => balance(api),
        ({ lag }) => lag > 0,
      );
      await pause(1_500);
      const later = await balance(api);
      expect(later.lag).toBeGreaterThanOrEqual(first.lag + 1.4);
      expect(later.lag).toBeLessThanOrEqual((Date.now() - publishedAt) / 1_000 + 0.2);
      // Whoever takes traffic away from a process that shows old balances learns it from readiness.
      const stalled = await until(
        () => call('/readyz'),
        ({ status }) => status === 503,
      );
      expect(stalled.body.checks.watermark).toMatchObject({
        status: 'down',
        details: { reason: 'records wait and none is applied', recordsWaiting: 1 },
      });
      expect((await call('org_acme/balance')).status).toBe(200);

      const consumer = await startConsumer({ databaseUrl: database.url, topic });
      try {
        const applied = await until(
          () => balance(api),
          ({ lag }) => lag === 0,
        );
        expect(applied).toMatchObject({ balance: '-2.5142500000', position: 1 });
        await until(
          () => call('/readyz'),
          ({ status }) => status === 200,
        );
      } finally {
        await consumer.stop();
      }
    } finally {
      await api.stop();
    }
  });

  it('is no concern of an organization whose records lie in other partitions', async () => {
    const topic = await createTestTopic('api-lag-other', { partitions: 24 });
    const api = await startTestApi({ databaseUrl: database.url, topic });
    try {
      await publish(topic, 'lag_2');
      const lags = await until(
        async () => [(await balance(api)).lag, (await balance(api, 'org_globex')).lag],
        ([lag = 0, otherLag = 1]) => lag > 0 && otherLag === 0,
      );
      expect(lags[1]).toBe(0);
    } finally {
      await api.stop();
    }
  });

  it('is the time since Kafka was last heard while Kafka is away; reads answer all the same', async () => {
    const settings = { KAFKA_BROKERS: '127.0.0.1:1' };
    const api = await startTestApi({ databaseUrl: database.url, topic: 'usage.unheard', settings });
    try {
      const first = await balance(api);
      await pause(600);
      expect((await balance(api)).lag).toBeGreaterThanOrEqual(first.lag + 0.5);
      const { status, body } = await apiCaller(api.url, null)('/readyz');
      expect([status, body.checks.kafka.status, body.checks.postgres.status]).toEqual([503, 'down', 'up']);
    } finally {
      await api.stop();
    }
  });
});
