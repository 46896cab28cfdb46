import { createLogger, parseConfig, Shutdown } from '@floopy/runtime';
import { usageConsumerConfigSchema } from '../../apps/usage-consumer/src/config';
import { startUsageConsumer } from '../../apps/usage-consumer/src/start-usage-consumer';
import { testServers } from './servers';

export interface LaunchedConsumer {
  /** What it has logged so far, one fact each. */
  readonly facts: readonly Readonly<Record<string, unknown>>[];
  /** Resolves once it is a member of its group, which may be never. */
  readonly started: Promise<{ readonly healthUrl: string }>;
  stop(): Promise<void>;
}

export interface RunningConsumer extends LaunchedConsumer {
  readonly healthUrl: string;
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
  const launched = launchConsumer(options);
  return { ...launched, ...(await launched.started) };
}

/** The same, for who does not wait until it has found its brokers. */
export function launchConsumer(options: ConsumerOptions): LaunchedConsumer {
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
  return { facts, started: startUsageConsumer(parsed.config, log, shutdown), stop: () => shutdown.stop() };
}
