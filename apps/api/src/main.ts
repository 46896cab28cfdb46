import 'reflect-metadata';
import { createLogger, loadConfig, Shutdown } from '@floopy/runtime';
import { apiConfigSchema } from './config';
import { APP, startApi } from './start-api';

async function main(): Promise<void> {
  const config = loadConfig(apiConfigSchema);
  const log = createLogger({ app: APP, level: config.LOG_LEVEL });
  const shutdown = new Shutdown({ log });
  shutdown.listen();
  const { url } = await startApi(config, log, shutdown);
  log.info({ url }, 'api_started');
}

void main();
