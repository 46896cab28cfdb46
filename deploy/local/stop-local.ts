import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readLocalEnvironment } from './environment';
import { readProcessFile } from './processes/process-file';
import { isRunning, sendSignal, waitForEnd } from './processes/process-identity';
import { repositoryRoot } from './repository-root';

const PATIENCE_MS = 60_000;

/** Ends the start that runs in the directory, and returns when all of it is gone. @returns what to tell the person. */
export async function stopLocal(args: readonly string[]): Promise<string> {
  const { values } = parseArgs({ args: [...args], options: { directory: { type: 'string' } } });
  const home = readLocalEnvironment().home ?? join(repositoryRoot(), '.local');
  const directory = resolve(values.directory ?? home);
  // The lock tells the owner from the first moment on, also while it starts, and by more than a number.
  const owner = readProcessFile(join(directory, 'owner.json'));
  if (owner === undefined || !isRunning(owner)) return `Nothing runs in ${directory}.`;
  sendSignal(owner, 'SIGTERM');
  if (await waitForEnd(owner, PATIENCE_MS)) return `Stopped (process ${owner.pid}).`;
  throw new Error(
    `Process ${owner.pid} has not ended within ${PATIENCE_MS / 1000} s; "kill -9 ${owner.pid}" ends it and its children.`,
  );
}
