import { join } from 'node:path';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { type EmbeddedKafka, startEmbeddedKafka } from '../../deploy/local/embedded-kafka';
import { startConsumer } from '../support/running-consumer';
import { createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { temporaryDirectory } from '../support/temporary-directory';
import { createTopic } from '../support/test-topic';
import { until } from '../support/until';
import { aPlainUsage, recordOf } from '../support/usage-records';

const TOPIC = 'usage';
const BROKER_IS_BACK_WITHIN_MS = 60_000;

describe('the usage consumer, when its only broker is killed', () => {
  const home = temporaryDirectory();
  let kafka: EmbeddedKafka;
  let database: SeededDatabase;

  beforeAll(async () => {
    kafka = await startEmbeddedKafka({ directory: join(home.path, 'kafka'), quickStart: true });
    database = await createSeededDatabase();
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await createTopic(admin, TOPIC, { partitions: 2 });
    await admin.disconnect();
  });

  afterAll(async () => {
    await kafka.discard();
    await database.drop();
    home.remove();
  });

  async function send(id: string): Promise<void> {
    const producer = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    await producer.send({ topic: TOPIC, messages: [recordOf(aPlainUsage({ id, body: { request_id: id } }))] });
    await producer.disconnect();
  }

  async function applied(): Promise<number> {
    const { rows } = await database.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM ledger_event');
    return rows[0]?.count ?? 0;
  }

  it('says so once and in its health, and goes on by itself', async () => {
    const consumer = await startConsumer({ databaseUrl: database.url, topic: TOPIC, brokers: kafka.brokers });
    const readiness = async (): Promise<number> => (await fetch(`${consumer.healthUrl}/readyz`)).status;
    await send('before');
    await until(applied, (count) => count === 1);

    await kafka.kill();
    await until(readiness, (status) => status === 503);
    await kafka.restart();
    await send('after');
    await until(applied, (count) => count === 2, BROKER_IS_BACK_WITHIN_MS);
    await until(readiness, (status) => status === 200);
    await consumer.stop();

    const complaints = consumer.facts.filter((fact) => fact['level'] === 'error').map((fact) => fact['partition']);
    expect(complaints).toContain(null);
    expect(complaints).toEqual([...new Set(complaints)]);
  }, 180_000);
});
