import { TOPICS, type TopicDeclaration } from '@floopy/contracts';
import type { WatchedProcess } from '../../../deploy/local/processes/watched-process';
import type { BenchDatabase } from '../stage/database';
import type { Stage } from '../stage/stage';
import { createDeclaredTopic } from '../stage/topic';
import { startBenchProcess } from './bench-process';

/** Starts the built relay as it is shipped, on topics of its own that are declared as the real ones. */
export async function startLedgerRelay(stage: Stage, database: BenchDatabase, turn: string): Promise<WatchedProcess> {
  const topicFor = async (declaration: TopicDeclaration): Promise<string> => {
    const topic = `${declaration.name}.${turn}`;
    await createDeclaredTopic(stage.brokers, topic, declaration);
    return topic;
  };
  return startBenchProcess(stage, {
    program: 'apps/ledger-relay/src/main',
    environment: {
      DATABASE_URL: database.url,
      KAFKA_BROKERS: stage.brokers.join(','),
      LEDGER_TOPIC: await topicFor(TOPICS.billingLedger),
      BALANCE_TOPIC: await topicFor(TOPICS.billingBalance),
      DEAD_LETTER_TOPIC: await topicFor(TOPICS.usageDeadLetter),
      PORT: '0',
    },
  });
}

/** How many ledger events were handed on to Kafka, by the relay's own checkpoints. */
export async function relayedEvents({ pool }: BenchDatabase): Promise<number> {
  const { rows } = await pool.query<{ relayed: number }>({
    name: 'relayed_events',
    text: 'SELECT coalesce(sum(sequence), 0)::int AS relayed FROM relay_checkpoint',
  });
  return rows[0]?.relayed ?? 0;
}
