import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../deploy/local/repository-root';
import { readLocalEnvironment } from '../../deploy/local/environment';

/** The usage consumer as a process of its own, which may be frozen and killed like any other. */
export interface ConsumerProcess {
  readonly pid: number;
  /** Stops it where it stands, so that it can be looked at. */
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  /** SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>;
  hasEnded(): boolean;
}

export interface ConsumerSettings {
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly maxBatchRecords: number;
  readonly logFile: string;
}

/** Starts the built consumer; it claims its partitions by itself. */
export function startConsumerProcess(settings: ConsumerSettings): ConsumerProcess {
  const main = join(repositoryRoot(), 'dist/apps/usage-consumer/src/main.js');
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: {
      ...readLocalEnvironment().inherited,
      DATABASE_URL: settings.databaseUrl,
      KAFKA_BROKERS: settings.brokers.join(','),
      USAGE_TOPIC: settings.topic,
      CONSUMER_GROUP: `group.${settings.topic}`,
      MAX_BATCH_RECORDS: String(settings.maxBatchRecords),
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(settings.logFile, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const ended = once(child, 'exit');
  const signal = (name: NodeJS.Signals): boolean => child.kill(name);
  return {
    pid: child.pid ?? 0,
    freeze: () => void signal('SIGSTOP'),
    thaw: () => void signal('SIGCONT'),
    async kill() {
      signal('SIGKILL');
      await ended;
      log.end();
    },
    async stop() {
      signal('SIGTERM');
      await ended;
      log.end();
      return child.exitCode;
    },
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
  };
}
