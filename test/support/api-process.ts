import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLocalEnvironment } from '../../deploy/local/environment';
import { startWatched } from '../../deploy/local/processes/watched-process';
import { repositoryRoot } from '../../deploy/local/repository-root';
import type { ApiOptions } from './running-api';
import { testServers } from './servers';
import { until } from './until';

/** The built API as a process of its own, which may be killed like any other. */
export interface ApiProcess {
  readonly url: string;
  kill(): Promise<void>;
  /** In good order. */
  stop(): Promise<void>;
}

const STOP_GRACE_MS = 20_000;
const STARTED = /"url":"([^"]+)".*"api_started"|"api_started".*"url":"([^"]+)"/;

/** Starts it on a free port; it does not outlive this process. */
export async function startApiProcess(options: ApiOptions & { readonly logFile: string }): Promise<ApiProcess> {
  const child = await startWatched({
    command: process.execPath,
    args: [join(repositoryRoot(), 'dist/apps/api/src/main.js')],
    env: {
      ...readLocalEnvironment().inherited,
      DATABASE_URL: options.databaseUrl,
      KAFKA_BROKERS: testServers().kafkaBrokers.join(','),
      USAGE_TOPIC: options.topic,
      PORT: '0',
      ...options.settings,
    },
    logFile: options.logFile,
    stopSignal: 'SIGTERM',
    stopGraceMs: STOP_GRACE_MS,
  });
  const started = await until(
    () => STARTED.exec(readFileSync(options.logFile, 'utf8')),
    (found) => found !== null,
  );
  const url = started?.[1] ?? started?.[2] ?? '';
  return { url, kill: () => child.kill(), stop: () => child.stop() };
}
