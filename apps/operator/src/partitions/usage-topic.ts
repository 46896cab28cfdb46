import { TOPICS } from '@floopy/contracts';
import { readLogOffsets, topicExists, type Watermarks } from '@floopy/kafka';
import type { Session } from '../session/session';

/** The topic that usage is read from, by the setting that its consumer has for it. */
export function usageTopicOf({ surroundings }: Session): string {
  return surroundings.environment['USAGE_TOPIC'] ?? TOPICS.usageRecorded.name;
}

/** Where the log of each partition begins and ends; none when there is no such topic. */
export async function readLogBounds(session: Session, topic: string): Promise<ReadonlyMap<number, Watermarks>> {
  const kafka = await session.kafka();
  if (!(await topicExists(kafka, topic))) return new Map();
  return (await readLogOffsets(kafka, topic, [])).watermarks;
}
