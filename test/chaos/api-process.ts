import { join } from 'node:path';
import { readLocalEnvironment } from '../../deploy/local/environment';
import { findFreePort } from '../../deploy/local/processes/free-port';
import { startWatched } from '../../deploy/local/processes/watched-process';
import { repositoryRoot } from '../../deploy/local/repository-root';
import { until } from '../support/until';

/** The API as a process of its own, which may be killed like any other, and comes back under the same address. */
export interface ApiProcess {
  readonly url: string;
  kill(): Promise<void>;
  /** Returns when it answers. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ApiSettings {
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly logFile: string;
  readonly admission: Readonly<Record<string, string>>;
}

const STOP_GRACE_MS = 20_000;
const READY_TIMEOUT_MS = 60_000;

/** Starts the built API, which does not outlive this process. */
export async function startApiProcess(settings: ApiSettings): Promise<ApiProcess> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const launch = async (): Promise<Awaited<ReturnType<typeof startWatched>>> => {
    const child = await startWatched({
      command: process.execPath,
      args: [join(repositoryRoot(), 'dist/apps/api/src/main.js')],
      env: {
        ...readLocalEnvironment().inherited,
        DATABASE_URL: settings.databaseUrl,
        KAFKA_BROKERS: settings.brokers.join(','),
        USAGE_TOPIC: settings.topic,
        REQUESTS_PER_SECOND: '100000',
        PORT: String(port),
        ...settings.admission,
      },
      logFile: settings.logFile,
      stopSignal: 'SIGTERM',
      stopGraceMs: STOP_GRACE_MS,
    });
    const answers = (): Promise<boolean> =>
      fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until(answers, (isThere) => isThere, READY_TIMEOUT_MS);
    return child;
  };
  let child = await launch();
  return {
    url,
    kill: () => child.kill(),
    stop: () => child.stop(),
    async restart() {
      child = await launch();
    },
  };
}
