import { createLogger, parseConfig, Shutdown } from '@floopy/runtime';
import { usageConsumerConfigSchema } from '../../apps/usage-consumer/src/config';
import { startUsageConsumer } from '../../apps/usage-consumer/src/start-usage-consumer';
import { testServers } from './servers';

export interface RunningConsumer {
  readonly healthUrl: string;
  /** What it has logged so far, one fact each. */
  readonly facts: readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

export interface ConsumerOptions {
  readonly databaseUrl: string;
  readonly topic: string;
  /** Those of the test run when absent. */
  readonly brokers?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

/** The usage consumer itself, in this process, on a topic and a group of the test's own. */
export async function startConsumer(options: ConsumerOptions): Promise<RunningConsumer> {
  const facts: Record<string, unknown>[] = [];
  const log = createLogger({
    app: 'usage-consumer',
    level: 'info',
    destination: { write: (line) => void facts.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const parsed = parseConfig(usageConsumerConfigSchema, {
    DATABASE_URL: options.databaseUrl,
    KAFKA_BROKERS: (options.brokers ?? testServers().kafkaBrokers).join(','),
    USAGE_TOPIC: options.topic,
    CONSUMER_GROUP: `group.${options.topic}`,
    PORT: '0',
    ...options.settings,
  });
  if (parsed.type === 'faulty') throw new Error(parsed.message);
  const shutdown = new Shutdown({ log, exit: () => undefined });
  const { healthUrl } = await startUsageConsumer(parsed.config, log, shutdown);
  return { healthUrl, facts, stop: () => shutdown.stop() };
}
