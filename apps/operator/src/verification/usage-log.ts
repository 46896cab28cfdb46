import type { VerifyUsageLogPorts } from '@floopy/application';
import { type DatabasePool, queriesOf, readPartitionProgress } from '@floopy/postgres';
import { readLogBounds, usageTopicOf } from '../partitions/usage-topic';
import type { Session } from '../session/session';

/** The topic that usage is read from, by the setting that its consumer has for it. */
export async function usageLogOf(session: Session, pool: DatabasePool): Promise<VerifyUsageLogPorts> {
  const topic = usageTopicOf(session);
  // No broker that answers is told at once, and not after what takes an hour.
  await session.kafka();
  return {
    topic,
    readProgress: () => readPartitionProgress(queriesOf(pool), topic),
    async readEnds() {
      const bounds = await readLogBounds(session, topic);
      return new Map(Array.from(bounds, ([partition, { high }]) => [partition, high]));
    },
  };
}
