import { join } from 'node:path';
import { readLocalEnvironment } from '../../../deploy/local/environment';
import { APP_NODE_FLAGS } from '../../../deploy/local/processes/app-node-flags';
import { startWatched, type WatchedProcess } from '../../../deploy/local/processes/watched-process';
import { repositoryRoot } from '../../../deploy/local/repository-root';
import type { Stage } from '../stage/stage';

export interface BenchProcess {
  /** Below dist, without `.js`. */
  readonly program: string;
  readonly nodeOptions?: readonly string[];
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const STOP_GRACE_MS = 20_000;
let started = 0;

/** Starts a compiled program in a process of its own; what it prints goes to the stage's logs. */
export async function startBenchProcess(stage: Stage, process_: BenchProcess): Promise<WatchedProcess> {
  const { program, nodeOptions = [], args = [], environment = {} } = process_;
  started += 1;
  return startWatched({
    command: process.execPath,
    args: [...APP_NODE_FLAGS, ...nodeOptions, join(repositoryRoot(), 'dist', `${program}.js`), ...args],
    env: { ...readLocalEnvironment().inherited, NODE_ENV: 'production', ...environment },
    logFile: join(stage.logs, `${started}-${program.replaceAll('/', '-')}.log`),
    stopSignal: 'SIGTERM',
    stopGraceMs: STOP_GRACE_MS,
  });
}
