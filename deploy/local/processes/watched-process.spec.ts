import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, type TemporaryDirectory } from '../../../test/support/temporary-directory';
import { repositoryRoot } from '../repository-root';
import { logTail } from './log-tail';
import { endLeftover, readProcessFile, writeProcessFile } from './process-file';
import { identifyProcess, isRunning, waitForEnd, type ProcessIdentity } from './process-identity';
import { startWatched, type WatchedProcess } from './watched-process';

const SLEEPER = 'process.stdout.write(`up\\n`); setInterval(() => undefined, 1000);';
const STUBBORN = `process.on('SIGTERM', () => undefined); ${SLEEPER}`;

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

describe('a watched process', () => {
  it('writes to its log, ends when asked to, and is then gone', async () => {
    const child = await start(SLEEPER);
    await untilUp();
    await child.stop();
    expect(await child.ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect([child.hasEnded(), isRunning(child.identity)]).toEqual([true, false]);
  });

  it('is killed when it does not end in time', async () => {
    const child = await start(STUBBORN);
    await untilUp();
    await child.stop();
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' });
  });

  it('keeps the log of the run before', async () => {
    await (
      await start('process.stdout.write(`first`)')
    ).ended;
    await (
      await start('process.stdout.write(`second`)')
    ).ended;
    expect([logTail(logFile()), logTail(`${logFile()}.previous`)]).toEqual(['second', 'first']);
  });

  it('fails at once when there is no such program', async () => {
    await expect(start('', '/nowhere/program')).rejects.toThrow('ENOENT');
  });

  it('does not outlive a parent that was killed', async () => {
    const { child, parent } = await startGrandchild();
    parent.kill('SIGKILL');
    expect(await waitForEnd(child, 5000)).toBe(true);
  });
});

describe('endLeftover', () => {
  it('ends the process of the file, and no other that has its number since', async () => {
    const child = await start(SLEEPER);
    const file = join(directory.path, 'child.pid.json');
    writeProcessFile(file, { ...child.identity, startMark: 'another start' });
    expect(await endLeftover(file, 'SIGTERM', 1000)).toBeUndefined();
    expect([child.hasEnded(), existsSync(file)]).toEqual([false, false]);

    writeProcessFile(file, child.identity);
    expect(readProcessFile(file)).toEqual(child.identity);
    expect(await endLeftover(file, 'SIGTERM', 1000)).toBe(child.identity.pid);
    expect(isRunning(child.identity)).toBe(false);
  });
});

function start(script: string, command = process.execPath): Promise<WatchedProcess> {
  const args = ['-e', script];
  return startWatched({ command, args, env: {}, logFile: logFile(), stopSignal: 'SIGTERM', stopGraceMs: 500 });
}

function logFile(): string {
  return join(directory.path, 'child.log');
}

async function untilUp(): Promise<void> {
  while (!logTail(logFile()).includes('up')) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A parent with the watchdog of ours and a child, as {@link startWatched} makes them, in a process that can be killed. */
async function startGrandchild(): Promise<{ child: ProcessIdentity; parent: ReturnType<typeof spawn> }> {
  const watchdog = join(repositoryRoot(), 'deploy/local/processes/watchdog.mjs');
  const script = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', ${JSON.stringify(SLEEPER)}], { detached: true, stdio: 'ignore' });
    const dog = spawn(process.execPath, [${JSON.stringify(watchdog)}], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    dog.stdin.write(JSON.stringify({ watch: { pid: child.pid, signal: 'SIGTERM', graceMs: 500 } }) + '\\n', () => {
      require('node:fs').writeFileSync(${JSON.stringify(logFile())}, String(child.pid));
    });
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
  while (!existsSync(logFile()) || readFileSync(logFile(), 'utf8') === '') {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const child = identifyProcess(Number(readFileSync(logFile(), 'utf8')));
  if (child === undefined) throw new Error('The child has ended before its parent was killed.');
  return { child, parent };
}
