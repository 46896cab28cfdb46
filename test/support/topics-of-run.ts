import { Kafka, logLevel } from 'kafkajs';
import type { TestServers } from './servers';

/** Deletes every topic that a run's tests made. */
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
