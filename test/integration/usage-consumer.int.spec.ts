import { Kafka, logLevel, type Message, Partitioners, type Producer } from 'kafkajs';
import { type RunningConsumer, startConsumer } from '../support/running-consumer';
import { createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { testServers } from '../support/servers';
import { createTestTopic } from '../support/test-topic';
import { until } from '../support/until';
import { aPlainUsage, recordOf } from '../support/usage-records';

describe('the usage consumer', () => {
  let database: SeededDatabase;
  let topic: string;
  let consumer: RunningConsumer;
  let producer: Producer;
  let sent = 0;

  beforeAll(async () => {
    database = await createSeededDatabase();
    topic = await createTestTopic('usage', { partitions: 1 });
    producer = new Kafka({ brokers: testServers().kafkaBrokers, logLevel: logLevel.NOTHING }).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    consumer = await startConsumer({ databaseUrl: database.url, topic });
  });

  afterAll(async () => {
    await consumer.stop();
    await producer.disconnect();
    await database.drop();
  });

  async function publish(...messages: Message[]): Promise<void> {
    await producer.send({ topic, messages });
    sent += messages.length;
    await until(passed, ({ offset }) => offset === sent);
  }

  async function passed(): Promise<{ offset: number; applied: number; duplicates: number; parked: number }> {
    const { rows } = await database.pool.query(
      'SELECT next_offset::int AS offset, applied::int, duplicates::int, parked::int FROM ingest_partition WHERE topic = $1',
      [topic],
    );
    return rows[0] ?? { offset: 0, applied: 0, duplicates: 0, parked: 0 };
  }

  async function headOf(organizationId: string): Promise<{ sequence: number; balance: string }> {
    const { rows } = await database.pool.query(
      `SELECT sequence::int, balance FROM organization_head JOIN organization USING (organization_key)
        WHERE organization_id = $1`,
      [organizationId],
    );
    return rows[0];
  }

  async function deadLetters(): Promise<{ reason: string; event_id: string | null; record_value: Buffer | null }[]> {
    const { rows } = await database.pool.query(
      'SELECT reason, event_id, record_value FROM dead_letter ORDER BY record_offset',
    );
    return rows;
  }

  it('charges the worked example exactly, once, and parks the same id with other tokens', async () => {
    await publish(recordOf(aPlainUsage()));
    expect(await headOf('org_acme')).toEqual({ sequence: 1, balance: '-2.5142500000' });

    await publish(recordOf(aPlainUsage()));
    expect(await headOf('org_acme')).toEqual({ sequence: 1, balance: '-2.5142500000' });

    await publish(recordOf(aPlainUsage({ body: { usage: { input_tokens: 1, output_tokens: 1 } } })));
    expect(await headOf('org_acme')).toEqual({ sequence: 1, balance: '-2.5142500000' });
    expect(await deadLetters()).toMatchObject([{ reason: 'conflict', event_id: 'evt_1' }]);
    expect(await passed()).toEqual({ offset: 3, applied: 1, duplicates: 1, parked: 1 });
  });

  it('lets nothing wait behind records that it cannot apply', async () => {
    const before = await headOf('org_globex');
    const parkedBefore = (await deadLetters()).length;
    const globex = { organization_id: 'org_globex' };
    const oversized = { ...globex, metadata: { note: 'x'.repeat(100_000) } };
    await publish(
      { key: 'org_globex', value: null },
      { key: 'org_globex', value: Buffer.from([0xff, 0x00, 0x80]), headers: { ce_id: 'evt\u0000' } },
      recordOf(aPlainUsage({ id: 'stranger', body: { organization_id: 'org_nobody' } })),
      recordOf(aPlainUsage({ id: 'unknown-model', body: { ...globex, model: 'gpt-99' } })),
      recordOf(aPlainUsage({ id: 'large', body: oversized })),
      { ...recordOf(aPlainUsage({ id: 'misrouted', body: globex })), key: 'org_acme' },
      recordOf(aPlainUsage({ id: 'early', time: '2099-01-01T00:00:00Z', body: globex })),
      recordOf(aPlainUsage({ id: 'good', body: { ...globex, request_id: 'req_good' } })),
    );
    expect(await headOf('org_globex')).toEqual({ sequence: before.sequence + 1, balance: '-2.5142500000' });
    expect((await deadLetters()).slice(parkedBefore).map(({ reason }) => reason)).toEqual([
      'undecodable',
      'undecodable',
      'unknown_organization',
      'unpriced',
      'oversized',
      'key_mismatch',
      'too_far_in_future',
    ]);
  });

  it('counts a request once, whatever attempts it took', async () => {
    const initech = { organization_id: 'org_initech', request_id: 'req_tries' };
    await publish(
      recordOf(aPlainUsage({ id: 'failed', body: { ...initech, outcome: 'upstream_error' } })),
      recordOf(aPlainUsage({ id: 'first', body: initech })),
    );
    await publish(recordOf(aPlainUsage({ id: 'second', body: initech })));
    const { rows } = await database.pool.query(
      `SELECT requests::int, spend FROM monthly_usage JOIN organization USING (organization_key)
        WHERE organization_id = 'org_initech'`,
    );
    expect(rows).toEqual([{ requests: 1, spend: '5.0285000000' }]);
    expect(await headOf('org_initech')).toEqual({ sequence: 3, balance: '-5.0285000000' });
  });
});
