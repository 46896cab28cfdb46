import { TOPICS } from '@floopy/contracts';
import type { WatchedProcess } from '../../../deploy/local/processes/watched-process';
import type { BenchDatabase } from '../stage/database';
import type { Stage } from '../stage/stage';
import { createDeclaredTopic } from '../stage/topic';
import { startBenchProcess } from './bench-process';

/** Starts the built follower as it is shipped, with a topic of alerts of its own; it calls webhooks on this machine. */
export async function startLedgerFollower(
  stage: Stage,
  database: BenchDatabase,
  turn: string,
): Promise<WatchedProcess> {
  const topic = `${TOPICS.billingAlerts.name}.${turn}`;
  await createDeclaredTopic(stage.brokers, topic, TOPICS.billingAlerts);
  return startBenchProcess(stage, {
    program: 'apps/ledger-follower/src/main',
    environment: {
      DATABASE_URL: database.url,
      KAFKA_BROKERS: stage.brokers.join(','),
      ALERTS_TOPIC: topic,
      WEBHOOK_INSECURE: 'true',
      PORT: '0',
    },
  });
}
