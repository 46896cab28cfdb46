import { type Admin, Kafka, logLevel, type Message, Partitioners, type Producer } from 'kafkajs';
import { createSeededDatabase, type SeededDatabase } from './seeded-database';
import { testServers } from './servers';
import { createTestTopic, createTopic } from './test-topic';
import { until } from './until';

/** What became of a topic's records, summed over its partitions. */
export interface Passed {
  readonly offsets: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly parked: number;
  readonly skipped: number;
}

/** A topic, a seeded database, and a plain producer and admin: what a test of the consumer begins with. */
export interface UsageFixture {
  readonly topic: string;
  readonly database: SeededDatabase;
  readonly admin: Admin;
  send(...messages: Message[]): Promise<void>;
  passed(): Promise<Passed>;
  /** Waits until that many offsets were passed, of all partitions together. */
  untilPassed(offsets: number): Promise<Passed>;
  balanceOf(organizationId: string): Promise<string>;
  close(): Promise<void>;
}

export async function createUsageFixture(partitions: number): Promise<UsageFixture> {
  const database = await createSeededDatabase();
  const topic = await createTestTopic('usage', { partitions });
  const kafka = new Kafka({ brokers: testServers().kafkaBrokers, logLevel: logLevel.NOTHING });
  const producer: Producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const admin = kafka.admin();
  await Promise.all([producer.connect(), admin.connect()]);

  async function passed(): Promise<Passed> {
    const { rows } = await database.pool.query<Passed>(
      `SELECT coalesce(sum(next_offset - first_offset), 0)::int AS offsets, coalesce(sum(applied), 0)::int AS applied,
              coalesce(sum(duplicates), 0)::int AS duplicates, coalesce(sum(parked), 0)::int AS parked,
              coalesce(sum(skipped), 0)::int AS skipped
         FROM ingest_partition WHERE topic = $1`,
      [topic],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('an aggregate always has a row');
    return row;
  }

  return {
    topic,
    database,
    admin,
    async send(...messages) {
      await producer.send({ topic, messages });
    },
    passed,
    untilPassed: (offsets) => until(passed, (now) => now.offsets === offsets, 30_000),
    async balanceOf(organizationId) {
      const { rows } = await database.pool.query<{ balance: string }>(
        'SELECT balance FROM organization_head JOIN organization USING (organization_key) WHERE organization_id = $1',
        [organizationId],
      );
      return rows[0]?.balance ?? 'unknown organization';
    },
    async close() {
      await Promise.all([producer.disconnect(), admin.disconnect()]);
      await database.drop();
    },
  };
}

/** Deletes the topic and makes one of the same name, of two partitions. */
export async function recreateTopic({ admin, topic }: UsageFixture): Promise<void> {
  await admin.deleteTopics({ topics: [topic] });
  await until(
    async () => (await admin.listTopics()).includes(topic),
    (isThere) => !isThere,
  );
  await createTopic(admin, topic, { partitions: 2 });
}
