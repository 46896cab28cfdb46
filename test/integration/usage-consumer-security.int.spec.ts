import { createKafka } from '@floopy/kafka';
import { kafkaConnectionOf, kafkaSettings, parseConfig } from '@floopy/runtime';
import { z } from 'zod';
import { operate } from '../../apps/operator/test/operate';
import { launchConsumer, startConsumer } from '../support/running-consumer';
import { type SecuredKafka, startSecuredKafka } from '../support/secured-kafka';
import { createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { temporaryDirectory } from '../support/temporary-directory';
import { createTopic } from '../support/test-topic';
import { until } from '../support/until';
import { aPlainUsage, recordOf } from '../support/usage-records';

describe('the usage consumer, where brokers ask for TLS and credentials', () => {
  const home = temporaryDirectory();
  let kafka: SecuredKafka;
  let database: SeededDatabase;

  beforeAll(async () => {
    kafka = await startSecuredKafka(home.path);
    database = await createSeededDatabase();
  }, 120_000);

  afterAll(async () => {
    await kafka.discard();
    await database.drop();
    home.remove();
  });

  function settings(mechanism: string, password = kafka.password): Record<string, string> {
    return {
      KAFKA_BROKERS: kafka.brokers.join(','),
      KAFKA_SSL_CA_FILE: kafka.certificateFile,
      KAFKA_SASL: `${mechanism}:${kafka.username}:${password}`,
    };
  }

  it.each(['scram-sha-256', 'plain'])('reads as a user that is known by %s', async (mechanism) => {
    const topic = `usage.${mechanism}`;
    const parsed = parseConfig(z.object(kafkaSettings), settings(mechanism));
    if (parsed.type === 'faulty') throw new Error(parsed.message);
    const client = createKafka({ ...kafkaConnectionOf(parsed.config), clientId: 'test-security' });
    const [admin, producer] = [client.admin(), client.producer()];
    await Promise.all([admin.connect(), producer.connect()]);
    await createTopic(admin, topic);
    const consumer = await startConsumer({ databaseUrl: database.url, topic, settings: settings(mechanism) });
    await producer.send({
      topic,
      messages: [recordOf(aPlainUsage({ id: mechanism, body: { request_id: mechanism } }))],
    });
    const applied = await until(
      async () => {
        const { rows } = await database.pool.query('SELECT applied::int FROM ingest_partition WHERE topic = $1', [
          topic,
        ]);
        return rows;
      },
      ([row]) => row?.applied === 1,
    );
    await consumer.stop();
    await Promise.all([admin.disconnect(), producer.disconnect()]);
    expect(applied).toEqual([{ applied: 1 }]);
  });

  it.each(['scram-sha-256', 'plain'])('says what to change when its password is wrong by %s', async (mechanism) => {
    const wrong = settings(mechanism, 'forgotten');
    const consumer = launchConsumer({ databaseUrl: database.url, topic: 'usage.refused', settings: wrong });
    const complaint = await until(
      () => consumer.facts.find((fact) => fact['msg'] === 'ingest_failing') ?? {},
      (fact) => 'error' in fact,
    );
    await consumer.stop();
    const message = expect.stringContaining('Kafka refuses the credentials in KAFKA_SASL') as string;
    expect(complaint).toMatchObject({ partition: null, error: { message } });
    expect(JSON.stringify(consumer.facts)).not.toContain('forgotten');
    expect(await operate(['topics', 'status'], wrong)).toMatchObject({ exitCode: 3, error: message });
  });

  it('says what to change when it does not know the authority of the certificate', async () => {
    const { KAFKA_SSL_CA_FILE: _, ...rest } = settings('plain');
    const consumer = launchConsumer({
      databaseUrl: database.url,
      topic: 'usage.untrusted',
      settings: { ...rest, KAFKA_SSL: 'true' },
    });
    const complaint = await until(
      () => consumer.facts.find((fact) => fact['msg'] === 'ingest_failing') ?? {},
      (fact) => 'error' in fact,
      60_000,
    );
    await consumer.stop();
    const message = expect.stringMatching(/^Kafka's certificate is not trusted .*KAFKA_SSL_CA_FILE/) as string;
    expect(complaint).toMatchObject({ partition: null, error: { message } });
  }, 90_000);
});
