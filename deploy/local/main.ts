import { join } from 'node:path';
import { migrate } from '@floopy/postgres';
import { readLocalEnvironment } from './environment';
import { rememberPorts, requireFreePort } from './processes/free-port';
import { repositoryRoot } from './repository-root';
import { startApp, type RunningApp } from './start/apps';
import { ClosingStack } from './start/closing-stack';
import { openInstallation, wipeInstallation } from './start/installation';
import { connectOperator } from './start/operator';
import { readStartOptions, UsageShown, type StartOptions } from './start/options';
import { takeStep, type Progress } from './start/progress';
import { seed } from './start/seed';
import { startLocalServers, type LocalServers } from './start/servers';
import { removeStarted, writeStarted, type Started } from './start/started-file';
import { listenForStop, StopRequested, type StopRequest } from './start/stop-request';
import { startTraffic } from './start/traffic';
import { welcome } from './start/welcome';

const API = 'api';
const APPS = [API, 'usage-consumer', 'ledger-relay', 'ledger-follower', 'reconciler'];

/** Starts everything on this machine and stays until it is asked to stop, or a part ends. @returns the exit code. */
export async function startLocal(args: readonly string[], progress: Progress, began: number): Promise<number> {
  try {
    const options = readStartOptions(args, readLocalEnvironment().home ?? usualDirectory());
    return await runInstallation(options, progress, began);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageShown ? error.exitCode : 1;
  }
}

async function runInstallation(options: StartOptions, progress: Progress, began: number): Promise<number> {
  const stop = listenForStop((line) => process.stderr.write(`\n  ${line}\n`));
  const closing = new ClosingStack();
  const lock = openInstallation(options.directory);
  closing.push('the lock', () => lock.release());
  try {
    const { started, unexpectedEnd } = await startAll(options, progress, closing, stop);
    writeStarted(options.directory, started);
    closing.push('started.json', () => removeStarted(options.directory));
    const seconds = (performance.now() - began) / 1000;
    process.stdout.write(welcome({ started, seconds, ...options, usualDirectory: usualDirectory() }));
    const complaint = await Promise.race([stop.requested, unexpectedEnd]);
    if (complaint !== undefined) process.stderr.write(`\n${complaint}\n`);
    return complaint === undefined ? 0 : 1;
  } catch (error) {
    if (error instanceof StopRequested) return 0;
    throw error;
  } finally {
    await closeAll(closing, progress);
  }
}

function usualDirectory(): string {
  return join(repositoryRoot(), '.local');
}

interface EverythingStarted {
  readonly started: Started;
  /** Resolves, with what to tell the person, when any part ends by itself. */
  readonly unexpectedEnd: Promise<string>;
}

async function startAll(
  options: StartOptions,
  progress: Progress,
  closing: ClosingStack,
  stop: StopRequest,
): Promise<EverythingStarted> {
  const { directory } = options;
  if (options.fresh) {
    // Servers that were given belong to somebody else: what they store stays.
    await takeStep(progress, 'wiping what embedded servers have stored', async () => wipeInstallation(directory));
  }
  const ports = await choosePorts(options, progress);
  stop.throwIfRequested();
  const servers = await startLocalServers(directory, closing, progress);
  stop.throwIfRequested();
  await takeStep(progress, 'migrating the database', () => migrate(servers.databaseUrl), countMigrations);
  stop.throwIfRequested();
  const operator = connectOperator(servers);
  const seeds = await takeStep(progress, 'topics, rate card, organizations', (note) =>
    seed({ operator, directory, servers, note }),
  );
  stop.throwIfRequested();
  const apps = await startApps(ports, servers, directory, closing, progress);
  stop.throwIfRequested();
  const traffic = options.traffic ? await startTraffic(servers, seeds.organizations, directory, closing) : [];
  const ends = [servers.unexpectedEnd, ...apps.map((app) => app.unexpectedEnd), ...traffic];
  return { started: describeStarted(servers, apps, seeds), unexpectedEnd: Promise.race(ends) };
}

async function choosePorts(options: StartOptions, progress: Progress): Promise<number[]> {
  const remembered = await rememberPorts(join(options.directory, 'ports.json'), APPS.length, (taken) =>
    progress.step(`port ${taken} of the last start is taken by another program`).done('moving to other ports'),
  );
  if (options.apiPort === undefined) return remembered;
  await requireFreePort(options.apiPort, 'the API (--port)');
  return [options.apiPort, ...remembered.slice(1)];
}

function startApps(
  ports: readonly number[],
  servers: LocalServers,
  directory: string,
  closing: ClosingStack,
  progress: Progress,
): Promise<RunningApp[]> {
  return takeStep(progress, `starting ${APPS.join(', ')}`, async () => {
    const starts = APPS.map((app, index) => startApp({ app, port: ports[index] ?? 0 }, servers, directory, closing));
    // All settle before anything is said, so that a failure leaves no start behind that nobody closes.
    await Promise.allSettled(starts);
    return Promise.all(starts);
  });
}

function describeStarted(
  servers: LocalServers,
  apps: readonly RunningApp[],
  seeds: Pick<Started, 'organizations' | 'operator_api_key'>,
): Started {
  const api = apps.find(({ app }) => app === API);
  return {
    kafka_brokers: [...servers.kafkaBrokers],
    database_url: servers.databaseUrl,
    api_url: `http://127.0.0.1:${api?.port}`,
    operator_api_key: seeds.operator_api_key,
    organizations: seeds.organizations,
    pid: process.pid,
  };
}

async function closeAll(closing: ClosingStack, progress: Progress): Promise<void> {
  await takeStep(progress, 'stopping', async (note) => {
    const failures = await closing.closeAll(note);
    if (failures.length > 0) throw new Error(failures.join('\n'));
  });
}

function countMigrations(ran: readonly string[]): string {
  return ran.length === 0 ? 'up to date' : `${ran.length} migration(s)`;
}
