import { createLogger, parseConfig, Shutdown } from '@floopy/runtime';
import { ledgerFollowerConfigSchema } from '../../apps/ledger-follower/src/config';
import { startLedgerFollower } from '../../apps/ledger-follower/src/start-ledger-follower';
import { testServers } from './servers';
import { createTestTopic } from './test-topic';

export interface RunningFollower {
  readonly healthUrl: string;
  /** Of its alerts. */
  readonly topic: string;
  stop(): Promise<void>;
}

/** The ledger follower itself, in this process, with a topic of its own unless `settings` name one. */
export async function startTestFollower(
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningFollower> {
  const log = createLogger({ app: 'ledger-follower', level: 'silent' });
  const topic = settings['ALERTS_TOPIC'] ?? (await createTestTopic('alerts'));
  const parsed = parseConfig(ledgerFollowerConfigSchema, {
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: testServers().kafkaBrokers.join(','),
    PORT: '0',
    ...settings,
    ALERTS_TOPIC: topic,
  });
  if (parsed.type === 'faulty') throw new Error(parsed.message);
  const shutdown = new Shutdown({ log, exit: () => undefined });
  const { healthUrl } = await startLedgerFollower(parsed.config, log, shutdown);
  return { healthUrl, topic, stop: () => shutdown.stop() };
}
