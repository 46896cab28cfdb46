import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, ITopicConfig } from 'kafkajs';

const POLL_MS = 50;
const PATIENCE_MS = 30_000;

/**
 * Creates topics, and returns when the leader of every partition answers for it; those that exist are left as they are.
 *
 * That metadata names a leader would be too early: the broker that is named may not have heard of the topic yet. The
 * client's own wait ends there, and fails when the broker it asks does not know the topic at all.
 *
 * @throws Error when a leader does not answer in 30 s, with the topic and what was answered last
 */
export async function createTopics(admin: Admin, topics: readonly ITopicConfig[]): Promise<void> {
  await admin.createTopics({ waitForLeaders: false, topics: [...topics] });
  const deadline = Date.now() + PATIENCE_MS;
  for (const { topic } of topics) await untilLeadersAnswer(admin, topic, deadline);
}

async function untilLeadersAnswer(admin: Admin, topic: string, deadline: number): Promise<void> {
  for (;;) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (cause) {
      if (Date.now() > deadline)
        throw new Error(`${topic} was created, but not every leader answers for it. Look at the brokers.`, { cause });
    }
    await pause(POLL_MS);
  }
}
