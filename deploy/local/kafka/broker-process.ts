import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { endLeftover, removeProcessFile, writeProcessFile } from '../processes/process-file';
import { logContains, logTail } from '../processes/log-tail';
import { startWatched, type WatchedProcess } from '../processes/watched-process';
import { readLocalEnvironment } from '../environment';
import { repositoryRoot } from '../repository-root';
import { brokerProperties, type ClientSecurity, credentialArguments, type NodePorts } from './broker-properties';
import { javaCommand } from './java';

const execute = promisify(execFile);

export const STOP_GRACE_MS = 20_000;
const READY_TIMEOUT_MS = 120_000;
const READY_LINE = 'Kafka Server started';
const POLL_MS = 100;

export interface BrokerHome {
  readonly directory: string;
  readonly jars: string;
  readonly clusterId: string;
  readonly nodes: readonly NodePorts[];
  readonly index: number;
  readonly heapMegabytes: number;
  /** Spend less on compiling: up in half the CPU time, slower afterwards. */
  readonly quickStart: boolean;
  readonly security: ClientSecurity | undefined;
}

/** Ends what an interrupted start left running for this node, before its ports are looked at. */
export function endLeftoverBroker(directory: string): Promise<number | undefined> {
  return endLeftover(processFile(directory), 'SIGTERM', STOP_GRACE_MS);
}

/** Writes the node's configuration and, the first time, formats its log directory. */
export async function prepareBroker(home: BrokerHome): Promise<void> {
  const logs = join(home.directory, 'logs');
  mkdirSync(logs, { recursive: true });
  writeFileSync(propertiesFile(home.directory), brokerProperties(home.nodes, home.index, logs, home.security));
  if (existsSync(join(logs, 'meta.properties'))) return;
  const format = ['kafka.tools.StorageTool', 'format', '-t', home.clusterId, '-c', propertiesFile(home.directory)];
  // A directory that a killed start has half formatted lacks meta.properties or the checkpoint: both are written anew.
  const credentials = home.security === undefined ? [] : credentialArguments(home.security);
  const options = [...credentials, '--ignore-formatted'];
  await execute(java(), [...jvmArguments({ ...home, quickStart: true }), ...format, ...options], {
    cwd: home.directory,
  });
}

/** Starts the node. It is up when {@link brokerIsReady} resolves: its port opens earlier than it serves. */
export async function launchBroker(home: BrokerHome): Promise<WatchedProcess> {
  const broker = await startWatched({
    command: java(),
    args: [...jvmArguments(home), 'kafka.Kafka', propertiesFile(home.directory)],
    env: readLocalEnvironment().inherited,
    directory: home.directory,
    logFile: logFile(home.directory),
    stopSignal: 'SIGTERM',
    stopGraceMs: STOP_GRACE_MS,
  });
  writeProcessFile(processFile(home.directory), broker.identity);
  void broker.ended.then(() => removeProcessFile(processFile(home.directory)));
  return broker;
}

export async function brokerIsReady(home: BrokerHome, broker: WatchedProcess): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!logContains(logFile(home.directory), READY_LINE)) {
    if (broker.hasEnded() || Date.now() > deadline) {
      const what = broker.hasEnded() ? 'ended while it started' : `was not up within ${READY_TIMEOUT_MS / 1000} s`;
      await broker.kill();
      throw new Error(
        `The Kafka broker ${what}. Its log, ${logFile(home.directory)}, ends with:\n${logTail(logFile(home.directory))}`,
      );
    }
    await sleep(POLL_MS);
  }
}

function jvmArguments(home: BrokerHome): string[] {
  const log4j = join(repositoryRoot(), 'deploy/local/kafka/log4j2.properties');
  const heap = [`-Xms${Math.min(256, home.heapMegabytes)}m`, `-Xmx${home.heapMegabytes}m`];
  const compiler = home.quickStart ? ['-XX:TieredStopAtLevel=1'] : [];
  return [...heap, ...compiler, '-XX:+UseSerialGC', `-Dlog4j2.configurationFile=${log4j}`, '-cp', join(home.jars, '*')];
}

function java(): string {
  return javaCommand(readLocalEnvironment().javaHome);
}

function propertiesFile(directory: string): string {
  return join(directory, 'server.properties');
}

function logFile(directory: string): string {
  return join(directory, 'broker.log');
}

function processFile(directory: string): string {
  return join(directory, 'broker.pid.json');
}
