import { createLogger, parseConfig, Shutdown } from '@floopy/runtime';
import { reconcilerConfigSchema } from '../../apps/reconciler/src/config';
import { startReconciler } from '../../apps/reconciler/src/start-reconciler';
import { testServers } from './servers';

export interface RunningReconciler {
  readonly healthUrl: string;
  /** What it has logged so far, one fact each. */
  readonly facts: readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

/** The reconciler itself, in this process; it looks every second, and at every ledger within three. */
export async function startTestReconciler(databaseUrl: string, topic: string): Promise<RunningReconciler> {
  const facts: Record<string, unknown>[] = [];
  const log = createLogger({
    app: 'reconciler',
    level: 'info',
    destination: { write: (line) => void facts.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const parsed = parseConfig(reconcilerConfigSchema, {
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: testServers().kafkaBrokers.join(','),
    PORT: '0',
    USAGE_TOPIC: topic,
    CHECK_EVERY_SECONDS: '1',
    VERIFY_WITHIN_SECONDS: '3',
  });
  if (parsed.type === 'faulty') throw new Error(parsed.message);
  const shutdown = new Shutdown({ log, exit: () => undefined });
  const { healthUrl } = await startReconciler(parsed.config, log, shutdown);
  return { healthUrl, facts, stop: () => shutdown.stop() };
}
