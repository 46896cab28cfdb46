import { TOPICS, type TopicDeclaration } from '@floopy/contracts';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { until } from '../../support/until';

/** A client of the benchmark itself; what it costs is never counted. */
export function benchKafka(brokers: readonly string[]): Kafka {
  return new Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: logLevel.NOTHING });
}

/** Creates a topic as the usage topic is declared: its partitions, its clock, its limits. */
export function createUsageTopic(brokers: readonly string[], topic: string): Promise<void> {
  return createTopic(brokers, topic, TOPICS.usageRecorded);
}

export async function createTopic(
  brokers: readonly string[],
  topic: string,
  { partitions, config }: TopicDeclaration,
): Promise<void> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  const admin = benchKafka(brokers).admin();
  await admin.connect();
  // The client's own wait for leaders gives up when the broker has not heard of the topic yet.
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: partitions, configEntries }] });
  await until(
    () => partitionsWithLeader(admin, topic),
    (led) => led === partitions,
  );
  await admin.disconnect();
}

export async function deleteTopic(brokers: readonly string[], topic: string): Promise<void> {
  const admin = benchKafka(brokers).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}

async function partitionsWithLeader(admin: Admin, topic: string): Promise<number> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.filter(({ leader }) => leader >= 0).length ?? 0;
  } catch {
    return 0;
  }
}
