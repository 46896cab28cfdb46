import { TOPICS } from '@floopy/contracts';
import { Kafka, logLevel } from 'kafkajs';

/** A client of the benchmark itself; what it costs is never counted. */
export function benchKafka(brokers: readonly string[]): Kafka {
  return new Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: logLevel.NOTHING });
}

/** Creates a topic declared as the usage topic is: its partitions, its clock, its limits. */
export async function createUsageTopic(brokers: readonly string[], topic: string): Promise<void> {
  const { partitions, config } = TOPICS.usageRecorded;
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  const admin = benchKafka(brokers).admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitions, configEntries }] });
  await admin.disconnect();
}

export async function deleteTopic(brokers: readonly string[], topic: string): Promise<void> {
  const admin = benchKafka(brokers).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}
