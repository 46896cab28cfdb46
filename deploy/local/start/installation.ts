import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeEmbeddedPostgres } from '../embedded-postgres';
import { DirectoryInUse, lockDirectory, type DirectoryLock } from '../processes/directory-lock';
import { readStarted, removeStarted } from './started-file';

/** Takes the directory for this start. @throws with the addresses of the one that runs, when one does. */
export function openInstallation(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  try {
    const lock = lockDirectory(directory);
    // Of a start that was killed: its addresses are no longer true.
    removeStarted(directory);
    return lock;
  } catch (error) {
    if (!(error instanceof DirectoryInUse)) throw error;
    const running = readStarted(directory);
    const where = running === undefined ? 'still starting' : `at ${running.api_url}`;
    throw new Error(
      `It runs already (process ${error.owner.pid}, ${where}). "npm stop" ends it; ` +
        '"npm start -- --directory <another>" starts a second one beside it.',
      { cause: error },
    );
  }
}

/** Removes what former starts have stored; the lock stays. */
export function wipeInstallation(directory: string): void {
  const postgres = join(directory, 'postgres');
  if (existsSync(postgres)) removeEmbeddedPostgres(postgres);
  for (const part of ['kafka', 'logs', 'seeds.json', 'rate-card.json', 'ports.json']) {
    rmSync(join(directory, part), { recursive: true, force: true });
  }
}
