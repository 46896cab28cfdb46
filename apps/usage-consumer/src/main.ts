import 'reflect-metadata';
import { createLogger, loadConfig, Shutdown } from '@floopy/runtime';
import { usageConsumerConfigSchema } from './config';
import { APP, startUsageConsumer } from './start-usage-consumer';

async function main(): Promise<void> {
  const config = loadConfig(usageConsumerConfigSchema);
  const log = createLogger({ app: APP, level: config.LOG_LEVEL });
  const shutdown = new Shutdown({ log });
  shutdown.listen();
  const { healthUrl } = await startUsageConsumer(config, log, shutdown);
  log.info({ topic: config.USAGE_TOPIC, group: config.CONSUMER_GROUP, healthUrl }, 'usage_consumer_started');
}

void main();
