import { sendSignal } from '../../deploy/local/processes/process-identity';
import { startAppProcess } from './app-process';

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

/** Starts the built consumer, which claims its partitions by itself, and does not outlive this process. */
export async function startConsumerProcess(settings: ConsumerSettings): Promise<ConsumerProcess> {
  const { databaseUrl, brokers, topic, maxBatchRecords, logFile } = settings;
  const environment = {
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: brokers.join(','),
    USAGE_TOPIC: topic,
    CONSUMER_GROUP: `group.${topic}`,
    MAX_BATCH_RECORDS: String(maxBatchRecords),
  };
  const child = await startAppProcess({ app: 'usage-consumer', environment, logFile });
  return {
    freeze: () => void sendSignal(child.identity, 'SIGSTOP'),
    thaw: () => void sendSignal(child.identity, 'SIGCONT'),
    kill: () => child.kill(),
    stop: () => child.stop(),
  };
}
