import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, renameSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root';
import { endProcess, identifyProcess, sendSignal, type ProcessIdentity } from './process-identity';

export interface WatchedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory?: string;
  /** Takes what the process prints; the file of the run before is kept beside it as `….previous`. */
  readonly logFile: string;
  /** What asks this program to end in good order. */
  readonly stopSignal: NodeJS.Signals;
  readonly stopGraceMs: number;
  /** Given when the program has to run as somebody else (Postgres refuses root). */
  readonly runAs?: { readonly uid: number; readonly gid: number };
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process that never outlives its parent, however the parent ends. */
export interface WatchedProcess {
  readonly identity: ProcessIdentity;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<ProcessEnd>;
  hasEnded(): boolean;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

let watchdog: ChildProcess | undefined;

/** Starts a program in a process group of its own, so that a Ctrl-C in the terminal reaches the parent alone. */
export async function startWatched(options: WatchedProcessOptions): Promise<WatchedProcess> {
  const child = await spawnWithLog(options);
  const identity = identifyProcess(child.pid ?? 0) ?? { pid: child.pid ?? 0, startMark: 'ended at once' };
  tellWatchdog({ watch: { pid: identity.pid, signal: options.stopSignal, graceMs: options.stopGraceMs } });
  let end: ProcessEnd | undefined;
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => {
      end = { code, signal };
      tellWatchdog({ forget: identity.pid });
      resolve(end);
    });
  });
  return {
    identity,
    ended,
    hasEnded: () => end !== undefined,
    stop: async () => {
      if (end === undefined) await endProcess(identity, options.stopSignal, options.stopGraceMs);
      await ended;
    },
    kill: async () => {
      sendSignal(identity, 'SIGKILL');
      await ended;
    },
  };
}

async function spawnWithLog(options: WatchedProcessOptions): Promise<ChildProcess> {
  const log = openLog(options.logFile);
  try {
    const child = spawn(options.command, options.args, {
      env: { ...options.env },
      stdio: ['ignore', log, log],
      detached: true,
      ...(options.directory === undefined ? {} : { cwd: options.directory }),
      ...options.runAs,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return child;
  } finally {
    closeSync(log);
  }
}

function openLog(path: string): number {
  try {
    renameSync(path, `${path}.previous`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return openSync(path, 'a', 0o600);
}

function tellWatchdog(message: { watch: { pid: number; signal: string; graceMs: number } } | { forget: number }): void {
  watchdog ??= startWatchdog();
  watchdog.stdin?.write(`${JSON.stringify(message)}\n`);
}

function startWatchdog(): ChildProcess {
  const script = join(repositoryRoot(), 'deploy/local/processes/watchdog.mjs');
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Neither the watchdog nor its pipe keeps this process alive, and a watchdog that died is no reason to fail.
  child.stdin.on('error', () => undefined);
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}
