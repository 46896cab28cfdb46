import { createLogger, parseConfig, Shutdown } from '@floopy/runtime';
import { ledgerFollowerConfigSchema } from '../../apps/ledger-follower/src/config';
import { startLedgerFollower } from '../../apps/ledger-follower/src/start-ledger-follower';
import { testServers } from './servers';

export interface RunningFollower {
  readonly healthUrl: string;
  stop(): Promise<void>;
}

/** The ledger follower itself, in this process. */
export async function startTestFollower(databaseUrl: string): Promise<RunningFollower> {
  const log = createLogger({ app: 'ledger-follower', level: 'silent' });
  const parsed = parseConfig(ledgerFollowerConfigSchema, {
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: testServers().kafkaBrokers.join(','),
    PORT: '0',
  });
  if (parsed.type === 'faulty') throw new Error(parsed.message);
  const shutdown = new Shutdown({ log, exit: () => undefined });
  const { healthUrl } = await startLedgerFollower(parsed.config, log, shutdown);
  return { healthUrl, stop: () => shutdown.stop() };
}
