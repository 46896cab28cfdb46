import { createLogger, loadConfig, Shutdown } from '@floopy/runtime';
import { ledgerRelayConfigSchema } from './config';
import { APP, startLedgerRelay } from './start-ledger-relay';

async function main(): Promise<void> {
  const config = loadConfig(ledgerRelayConfigSchema);
  const log = createLogger({ app: APP, level: config.LOG_LEVEL });
  const shutdown = new Shutdown({ log });
  shutdown.listen();
  const { healthUrl } = await startLedgerRelay(config, log, shutdown);
  log.info({ ledger: config.LEDGER_TOPIC, balance: config.BALANCE_TOPIC, healthUrl }, 'ledger_relay_started');
}

void main();
