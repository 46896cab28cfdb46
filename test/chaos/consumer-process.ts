import { join } from 'node:path';
import { readLocalEnvironment } from '../../deploy/local/environment';
import { sendSignal } from '../../deploy/local/processes/process-identity';
import { startWatched } from '../../deploy/local/processes/watched-process';
import { repositoryRoot } from '../../deploy/local/repository-root';

/** The usage consumer as a process of its own, which may be frozen and killed like any other. */
export interface ConsumerProcess {
  /** Stops it where it stands, so that it can be looked at. */
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  /** In good order. */
  stop(): Promise<void>;
}

export interface ConsumerSettings {
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly maxBatchRecords: number;
  readonly logFile: string;
}

const STOP_GRACE_MS = 20_000;

/** Starts the built consumer, which claims its partitions by itself, and does not outlive this process. */
export async function startConsumerProcess(settings: ConsumerSettings): Promise<ConsumerProcess> {
  const child = await startWatched({
    command: process.execPath,
    args: [join(repositoryRoot(), 'dist/apps/usage-consumer/src/main.js')],
    env: {
      ...readLocalEnvironment().inherited,
      DATABASE_URL: settings.databaseUrl,
      KAFKA_BROKERS: settings.brokers.join(','),
      USAGE_TOPIC: settings.topic,
      CONSUMER_GROUP: `group.${settings.topic}`,
      MAX_BATCH_RECORDS: String(settings.maxBatchRecords),
      PORT: '0',
    },
    logFile: settings.logFile,
    stopSignal: 'SIGTERM',
    stopGraceMs: STOP_GRACE_MS,
  });
  return {
    freeze: () => void sendSignal(child.identity, 'SIGSTOP'),
    thaw: () => void sendSignal(child.identity, 'SIGCONT'),
    kill: () => child.kill(),
    stop: () => child.stop(),
  };
}
