import { randomBytes } from 'node:crypto';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { testServers, type TestServers } from './servers';
import { until } from './until';

export interface TestTopicOptions {
  /** 1 when not given. */
  readonly partitions?: number;
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
  const settings = { 'message.timestamp.type': 'LogAppendTime', ...options.settings };
  const admin = new Kafka({ brokers: testServers().kafkaBrokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      // The client waits for leaders only as long as the broker knows the topic, which takes it a moment.
      waitForLeaders: false,
      topics: [
        {
          topic,
          numPartitions: options.partitions ?? 1,
          configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
        },
      ],
    });
    await until(
      () => leadersOf(admin, topic),
      (leaders) => leaders.length > 0 && leaders.every((leader) => leader >= 0),
    );
  } finally {
    await admin.disconnect();
  }
  return topic;
}

async function leadersOf(admin: Admin, topic: string): Promise<number[]> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics.flatMap(({ partitions }) => partitions.map(({ leader }) => leader));
  } catch {
    return [];
  }
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
