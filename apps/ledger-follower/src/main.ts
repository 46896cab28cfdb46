import { createLogger, loadConfig, Shutdown } from '@floopy/runtime';
import { ledgerFollowerConfigSchema } from './config';
import { APP, startLedgerFollower } from './start-ledger-follower';

async function main(): Promise<void> {
  const config = loadConfig(ledgerFollowerConfigSchema);
  const log = createLogger({ app: APP, level: config.LOG_LEVEL });
  const shutdown = new Shutdown({ log });
  shutdown.listen();
  const { healthUrl } = await startLedgerFollower(config, log, shutdown);
  log.info({ healthUrl }, 'ledger_follower_started');
}

void main();
