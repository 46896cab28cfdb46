import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity';
import { readProcessFile } from './process-file';

export interface DirectoryLock {
  release(): void;
}

/** Somebody else holds the directory and is alive. */
export class DirectoryInUse extends Error {
  constructor(
    readonly directory: string,
    readonly owner: ProcessIdentity,
  ) {
    super(
      `${directory} is in use by process ${owner.pid}. Stop that one first (npm stop), or choose another directory.`,
    );
  }
}

const LOCK_FILE = 'owner.json';
const POLL_MS = 200;

/**
 * Takes the directory for this process. A lock whose owner has died is taken over.
 * @throws DirectoryInUse when its owner lives.
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, LOCK_FILE);
  const content = JSON.stringify(ownIdentity());
  while (!tryCreate(path, content)) {
    const owner = readProcessFile(path);
    if (owner !== undefined && isRunning(owner)) throw new DirectoryInUse(directory, owner);
    removeStale(path, owner);
  }
  return { release: () => releaseOwn(path, content) };
}

/** As {@link lockDirectory}, but waits for a living owner to finish, for as long as it lives. */
export async function lockDirectoryPatiently(
  directory: string,
  onWait: (owner: number) => void,
): Promise<DirectoryLock> {
  let announced = false;
  for (;;) {
    try {
      return lockDirectory(directory);
    } catch (error) {
      if (!(error instanceof DirectoryInUse)) throw error;
      if (!announced) onWait(error.owner.pid);
      announced = true;
      await sleep(POLL_MS);
    }
  }
}

function tryCreate(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Two starts may find the same stale lock; what is renamed away is looked at again, so neither removes the other's. */
function removeStale(path: string, judged: ProcessIdentity | undefined): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readProcessFile(aside);
  if (moved !== undefined && moved.startMark !== judged?.startMark) tryCreate(path, readFileSync(aside, 'utf8'));
  rmSync(aside, { force: true });
}

function releaseOwn(path: string, content: string): void {
  try {
    if (readFileSync(path, 'utf8') === content) rmSync(path, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function ownIdentity(): ProcessIdentity {
  const own = identifyProcess(process.pid);
  if (own === undefined) throw new Error('This process cannot find itself in the process table.');
  return own;
}
