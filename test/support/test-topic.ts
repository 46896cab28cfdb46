import { randomBytes } from 'node:crypto';
import { createTopics } from '@floopy/kafka';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { testServers } from './servers';

export interface TestTopicOptions {
  /** 1 when not given. */
  readonly partitions?: number;
  /** Replicas of each partition; the cluster's default when not given. */
  readonly copies?: number;
  /** Topic settings, e.g. `message.timestamp.type`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A topic name that no other test uses; `purpose` makes it readable in a log. */
export function uniqueTopic(purpose: string): string {
  return `test.${purpose}.${testServers().run}.${randomBytes(4).toString('hex')}`;
}

/** Creates a topic of the test's own, stamped by the broker as ours are. @returns its name, once it can be written to. */
export async function createTestTopic(purpose: string, options: TestTopicOptions = {}): Promise<string> {
  const topic = uniqueTopic(purpose);
  const admin = new Kafka({ brokers: testServers().kafkaBrokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await createTopic(admin, topic, options);
  } finally {
    await admin.disconnect();
  }
  return topic;
}

/** Creates a topic, stamped by the broker as ours are, and returns once it can be written to. */
export async function createTopic(
  admin: Admin,
  topic: string,
  { partitions = 1, copies, settings }: TestTopicOptions = {},
): Promise<void> {
  const entries = { 'message.timestamp.type': 'LogAppendTime', ...settings };
  await createTopics(admin, [
    {
      topic,
      numPartitions: partitions,
      ...(copies === undefined ? {} : { replicationFactor: copies }),
      configEntries: Object.entries(entries).map(([name, value]) => ({ name, value })),
    },
  ]);
}
