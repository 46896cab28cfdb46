import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { endProcess, isRunning, type ProcessIdentity } from './process-identity';

const identitySchema = z.object({ pid: z.number().int().positive(), startMark: z.string() });

/** Notes which process serves a directory, so that a later start finds what an interrupted one left running. */
export function writeProcessFile(path: string, identity: ProcessIdentity): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(identity), { mode: 0o600 });
  renameSync(draft, path);
}

/** @returns undefined when there is no such file, or half of one. */
export function readProcessFile(path: string): ProcessIdentity | undefined {
  try {
    return identitySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

export function removeProcessFile(path: string): void {
  rmSync(path, { force: true });
}

/** Ends the process that an earlier, interrupted start left behind. @returns its pid, when there was one. */
export async function endLeftover(path: string, signal: NodeJS.Signals, graceMs: number): Promise<number | undefined> {
  const leftover = readProcessFile(path);
  removeProcessFile(path);
  if (leftover === undefined || !isRunning(leftover)) return undefined;
  await endProcess(leftover, signal, graceMs);
  return leftover.pid;
}
