import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './postgres-binaries';
import { chooseServerUser, isReachableByOthers, type ServerUser } from './server-user';

const execute = promisify(execFile);

const SHARED_STATE = '/var/lib/floopy-billing';
const INITDB_TIMEOUT_MS = 120_000;

export interface ClusterRequest {
  readonly binaries: PostgresBinaries;
  /** Where the caller wants everything of this server. */
  readonly directory: string;
  readonly user: ServerUser | undefined;
  /** False leaves out the flushes of the first set-up, which a test does not need. */
  readonly durable: boolean;
  readonly password: string;
}

/**
 * Where the server's files lie: in the wished directory, or under /var/lib when the server's user (not root) could
 * not reach them there.
 */
export function clusterDirectoryFor(directory: string, user: ServerUser | undefined = chooseServerUser()): string {
  const wished = join(resolve(directory), 'data');
  if (user === undefined || isReachableByOthers(dirname(wished))) return wished;
  return join(SHARED_STATE, createHash('sha256').update(wished).digest('hex').slice(0, 16), 'data');
}

/** Makes the database cluster, the first time. It appears by one rename: a killed set-up leaves nothing half done. */
export async function provideCluster(request: ClusterRequest): Promise<string> {
  const data = clusterDirectoryFor(request.directory, request.user);
  if (existsSync(join(data, 'PG_VERSION'))) return data;
  const draft = `${data}.draft`;
  const passwordFile = `${data}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o711 });
  writeFileSync(passwordFile, request.password, { mode: 0o600 });
  try {
    if (request.user !== undefined) {
      for (const path of [draft, passwordFile]) chownSync(path, request.user.uid, request.user.gid);
    }
    await runInitdb(request, draft, passwordFile);
    renameSync(draft, data);
    return data;
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** The superuser's password, made up once and kept where only its maker reads it. */
export function rememberPassword(directory: string): string {
  const path = join(directory, 'password');
  const known = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (known.length > 0) return known;
  const fresh = randomBytes(16).toString('hex');
  writeFileSync(path, fresh, { mode: 0o600 });
  return fresh;
}

/** Removes a stopped server with all that it stored, wherever that lies. */
export function removeServer(directory: string): void {
  const data = clusterDirectoryFor(directory);
  rmSync(data, { recursive: true, force: true });
  rmSync(`${data}.draft`, { recursive: true, force: true });
  if (data.startsWith(SHARED_STATE)) rmSync(dirname(data), { recursive: true, force: true });
  rmSync(resolve(directory), { recursive: true, force: true });
}

async function runInitdb(request: ClusterRequest, data: string, passwordFile: string): Promise<void> {
  const args = ['-D', data, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  args.push('--locale=C', '--encoding=UTF8', '--no-instructions', ...(request.durable ? [] : ['--no-sync']));
  try {
    await execute(request.binaries.initdb, args, {
      cwd: data,
      env: { LC_ALL: 'C', TZ: 'UTC' },
      timeout: INITDB_TIMEOUT_MS,
      ...request.user,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const printed = `${stdout}${stderr}`.trim();
    throw new Error(`Postgres could not set up ${data}:\n${printed}${adviceFor(printed)}`, { cause: error });
  }
}

function adviceFor(printed: string): string {
  if (!printed.includes('user does not exist')) return '';
  return '\nPostgres runs only as a user with a name: add this one to /etc/passwd, or set DATABASE_URL to a server.';
}
