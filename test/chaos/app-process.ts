import { join } from 'node:path';
import { readLocalEnvironment } from '../../deploy/local/environment';
import { startWatched, type WatchedProcess } from '../../deploy/local/processes/watched-process';
import { repositoryRoot } from '../../deploy/local/repository-root';

export interface AppSettings {
  readonly app: 'usage-consumer' | 'ledger-relay';
  /** Beside what is inherited; nothing else of this machine's settings is seen. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}

const STOP_GRACE_MS = 20_000;

/** Starts a built app, which does not outlive this process. */
export function startAppProcess({ app, environment, logFile }: AppSettings): Promise<WatchedProcess> {
  return startWatched({
    command: process.execPath,
    args: [join(repositoryRoot(), `dist/apps/${app}/src/main.js`)],
    env: { ...readLocalEnvironment().inherited, ...environment, PORT: '0' },
    logFile,
    stopSignal: 'SIGTERM',
    stopGraceMs: STOP_GRACE_MS,
  });
}
