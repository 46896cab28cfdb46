import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { logTail } from '../processes/log-tail';
import { APP_NODE_FLAGS } from '../processes/app-node-flags';
import { startWatched, type WatchedProcess } from '../processes/watched-process';
import type { ClosingStack } from './closing-stack';
import { appEnvironment, appProgram, type ServerAddresses } from './operator';

export interface AppAddress {
  readonly app: string;
  readonly port: number;
}

export interface RunningApp extends AppAddress {
  /** Resolves, with what to tell the person, when the app ends by itself. */
  readonly unexpectedEnd: Promise<string>;
}

const HOST = '127.0.0.1';
const READY_TIMEOUT_MS = 60_000;
const ANSWER_TIMEOUT_MS = 2000;
const STOP_GRACE_MS = 20_000;
const POLL_MS = 100;

/** Starts one app and returns when it says that it is ready. @throws with the end of its log when it does not get there. */
export async function startApp(
  address: AppAddress,
  servers: ServerAddresses,
  directory: string,
  closing: ClosingStack,
): Promise<RunningApp> {
  const logFile = appLog(directory, address.app);
  const settings = { HOST, PORT: String(address.port) };
  const app = await spawnApp(appProgram(address.app), [], { ...appEnvironment(servers), ...settings }, logFile);
  closing.push(address.app, () => app.stop());
  await untilReady(address, app, logFile);
  return { ...address, unexpectedEnd: app.ended.then(() => describeEnd(address.app, logFile)) };
}

/** Starts one of our programs as a child that does not outlive this process. */
export function spawnApp(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  logFile: string,
): Promise<WatchedProcess> {
  return startWatched({
    command: process.execPath,
    args: [...APP_NODE_FLAGS, program, ...args],
    env,
    logFile,
    stopSignal: 'SIGTERM',
    stopGraceMs: STOP_GRACE_MS,
  });
}

export function appLog(directory: string, app: string): string {
  mkdirSync(join(directory, 'logs'), { recursive: true });
  return join(directory, 'logs', `${app}.log`);
}

export function describeEnd(app: string, logFile: string): string {
  return `${app} has ended by itself. Its log, ${logFile}, ends with:\n${logTail(logFile)}`;
}

async function untilReady(address: AppAddress, app: WatchedProcess, logFile: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await answersReady(address.port))) {
    if (app.hasEnded()) throw new Error(describeEnd(address.app, logFile));
    if (Date.now() > deadline) {
      const seconds = READY_TIMEOUT_MS / 1000;
      throw new Error(
        `${address.app} is not ready after ${seconds} s. Its log, ${logFile}, ends with:\n${logTail(logFile)}`,
      );
    }
    await sleep(POLL_MS);
  }
}

async function answersReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://${HOST}:${port}/readyz`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return answer.ok;
  } catch {
    return false;
  }
}
