import { createLogger, loadConfig, Shutdown } from '@floopy/runtime';
import { reconcilerConfigSchema } from './config';
import { APP, startReconciler } from './start-reconciler';

async function main(): Promise<void> {
  const config = loadConfig(reconcilerConfigSchema);
  const log = createLogger({ app: APP, level: config.LOG_LEVEL });
  const shutdown = new Shutdown({ log });
  shutdown.listen();
  const { healthUrl } = await startReconciler(config, log, shutdown);
  log.info({ healthUrl }, 'reconciler_started');
}

void main();
