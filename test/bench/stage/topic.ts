import { TOPICS, type TopicDeclaration } from '@floopy/contracts';
import { Kafka, logLevel } from 'kafkajs';
import { createTopic } from '../../support/test-topic';

/** A client of the benchmark itself; what it costs is never counted. */
export function benchKafka(brokers: readonly string[]): Kafka {
  return new Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: logLevel.NOTHING });
}

/** Creates a topic as the usage topic is declared: its partitions, its clock, its limits. */
export function createUsageTopic(brokers: readonly string[], topic: string): Promise<void> {
  return createDeclaredTopic(brokers, topic, TOPICS.usageRecorded);
}

/** Creates a topic as it is declared, and returns when it can be written to. */
export async function createDeclaredTopic(
  brokers: readonly string[],
  topic: string,
  { partitions, config }: TopicDeclaration,
): Promise<void> {
  const admin = benchKafka(brokers).admin();
  await admin.connect();
  await createTopic(admin, topic, { partitions, settings: config });
  await admin.disconnect();
}

export async function deleteTopic(brokers: readonly string[], topic: string): Promise<void> {
  const admin = benchKafka(brokers).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}
