import { randomBytes } from 'node:crypto';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { testServers, type TestServers } from './servers';
import { until } from './until';

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

/**
 * Creates a topic, stamped by the broker as ours are, and returns when the leader of every partition answers for it.
 * That its metadata names a leader would be too early: the broker that is named may not have heard of it yet.
 */
export async function createTopic(
  admin: Admin,
  topic: string,
  { partitions = 1, copies, settings }: TestTopicOptions = {},
): Promise<void> {
  const entries = { 'message.timestamp.type': 'LogAppendTime', ...settings };
  await admin.createTopics({
    // The client's own wait ends at the metadata, and gives up when the broker does not know the topic yet.
    waitForLeaders: false,
    topics: [
      {
        topic,
        numPartitions: partitions,
        ...(copies === undefined ? {} : { replicationFactor: copies }),
        configEntries: Object.entries(entries).map(([name, value]) => ({ name, value })),
      },
    ],
  });
  await until(
    () =>
      admin.fetchTopicOffsets(topic).then(
        (offsets) => offsets.length,
        () => 0,
      ),
    (answered) => answered === partitions,
  );
}

export async function deleteTopicsOfRun(servers: TestServers): Promise<void> {
  const admin = new Kafka({ brokers: servers.kafkaBrokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.includes(`.${servers.run}.`));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}
