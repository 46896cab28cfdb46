import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { logContains, logTail } from '../processes/log-tail';
import { endLeftover, removeProcessFile, writeProcessFile } from '../processes/process-file';
import { commandLineOf, endProcess, identifyProcess } from '../processes/process-identity';
import { startWatched, type WatchedProcess } from '../processes/watched-process';
import type { ServerUser } from './server-user';

export const STOP_GRACE_MS = 20_000;
const READY_TIMEOUT_MS = 120_000;
const POLL_MS = 25;
const RETRY_MS = 250;
const MEMORY_STILL_HELD = 'pre-existing shared memory block';

export interface ServerHome {
  readonly directory: string;
  readonly data: string;
  readonly program: string;
  readonly user: ServerUser | undefined;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** Ends a server that an interrupted start left running on this data, and its stale lock. @returns its pid, if any. */
export async function endLeftoverServer(directory: string, data: string): Promise<number | undefined> {
  const noted = await endLeftover(processFile(directory), 'SIGINT', STOP_GRACE_MS);
  const pid = Number(postmasterLines(data)[0]);
  const holder = identifyProcess(pid);
  // Postgres takes any living process of that number for its other self; the command line tells whether it is.
  if (holder !== undefined && commandLineOf(pid).includes(data)) await endProcess(holder, 'SIGINT', STOP_GRACE_MS);
  else rmSync(join(data, 'postmaster.pid'), { force: true });
  return noted ?? (holder === undefined ? undefined : pid);
}

/** Starts the server and returns when it takes connections, after crash recovery if there is one. */
export async function launchServer(home: ServerHome): Promise<WatchedProcess> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const server = await spawnServer(home);
    if (await isReady(home, server, deadline)) return server;
    await server.kill();
    // After a kill -9 the sessions of the server before need a moment to notice and to let go of its memory.
    const worthRetrying = logContains(logFile(home.directory), MEMORY_STILL_HELD) && Date.now() < deadline;
    if (!worthRetrying) throw new Error(failureMessage(home));
    await sleep(RETRY_MS);
  }
}

async function spawnServer(home: ServerHome): Promise<WatchedProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(home.port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...home.settings,
  };
  const server = await startWatched({
    command: home.program,
    args: ['-D', home.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    env: { LC_ALL: 'C', TZ: 'UTC' },
    directory: home.data,
    logFile: logFile(home.directory),
    // "Fast shutdown": sessions are ended, what is committed is flushed.
    stopSignal: 'SIGINT',
    stopGraceMs: STOP_GRACE_MS,
    ...(home.user === undefined ? {} : { runAs: home.user }),
  });
  writeProcessFile(processFile(home.directory), server.identity);
  void server.ended.then(() => removeProcessFile(processFile(home.directory)));
  return server;
}

/** @returns false when the server has ended, or is not up in time. */
async function isReady(home: ServerHome, server: WatchedProcess, deadline: number): Promise<boolean> {
  while (!server.hasEnded() && Date.now() < deadline) {
    // The eighth line is how a postmaster tells pg_ctl of its state.
    const lines = postmasterLines(home.data);
    if (Number(lines[0]) === server.identity.pid && lines[7]?.trim() === 'ready') return true;
    await sleep(POLL_MS);
  }
  return false;
}

function postmasterLines(data: string): string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

function failureMessage(home: ServerHome): string {
  const log = logFile(home.directory);
  return `Postgres does not start on ${home.data}. Its log, ${log}, ends with:\n${logTail(log)}`;
}

function logFile(directory: string): string {
  return join(directory, 'server.log');
}

function processFile(directory: string): string {
  return join(directory, 'server.pid.json');
}
