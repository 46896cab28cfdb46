import type { VerifyUsageLogPorts } from '@floopy/application';
import { TOPICS } from '@floopy/contracts';
import { readLogOffsets, topicExists } from '@floopy/kafka';
import { type DatabasePool, queriesOf, readPartitionProgress } from '@floopy/postgres';
import type { Session } from '../session/session';

/** The topic that usage is read from, by the setting that its consumer has for it. */
export async function usageLogOf(session: Session, pool: DatabasePool): Promise<VerifyUsageLogPorts> {
  const topic = session.surroundings.environment['USAGE_TOPIC'] ?? TOPICS.usageRecorded.name;
  const kafka = await session.kafka();
  return {
    topic,
    readProgress: () => readPartitionProgress(queriesOf(pool), topic),
    async readEnds() {
      if (!(await topicExists(kafka, topic))) return new Map();
      const { watermarks } = await readLogOffsets(kafka, topic, []);
      return new Map(Array.from(watermarks, ([partition, { high }]) => [partition, high]));
    },
  };
}
