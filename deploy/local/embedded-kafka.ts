import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readLocalEnvironment } from './environment';
import { brokerIsReady, endLeftoverBroker, launchBroker, prepareBroker, type BrokerHome } from './kafka/broker-process';
import type { ClientSecurity, NodePorts } from './kafka/broker-properties';
import { provideKafkaJars } from './kafka/kafka-jars';
import { lockDirectory } from './processes/directory-lock';
import { rememberPorts, requireFreePort } from './processes/free-port';
import type { WatchedProcess } from './processes/watched-process';

export interface EmbeddedKafkaOptions {
  /** Holds everything of this cluster: logs, ports, ids. Kept between starts. */
  readonly directory: string;
  /** The first broker's port, when a certain one is wanted; else a free one, the same at every start. */
  readonly port?: number;
  /** Where the only broker sends its clients, when that is not its own port: to a proxy that stands before it. */
  readonly advertisedPort?: number;
  /** 1 (default) or 3. Three keep three copies of everything and need two of them for a write. */
  readonly clusterSize?: 1 | 3;
  /** For tests: brokers that are up in half the CPU time, and slower afterwards. Not for measurements. */
  readonly quickStart?: boolean;
  /** When given, clients need TLS and these credentials. */
  readonly security?: ClientSecurity;
  /** Called with one short sentence for every step that may take a while. */
  readonly onProgress?: (step: string) => void;
}

export interface EmbeddedKafka {
  /** `host:port` of every broker, in the order of their indexes. */
  readonly brokers: readonly string[];
  /** The brokers' process ids now; they change with {@link EmbeddedKafka.restart}. */
  pids(): number[];
  /** Resolves with the index of the first broker that ends without having been asked to. */
  readonly unexpectedEnd: Promise<number>;
  /** Shuts every broker down in good order. The directory stays. */
  stop(): Promise<void>;
  /** Kills every broker and removes the directory: for a test, which has no use for what it wrote. */
  discard(): Promise<void>;
  /** Kills one broker (kill -9) and returns when it is gone. */
  kill(index?: number): Promise<void>;
  /** Starts a killed broker again on its old port, from its old data; returns when it serves. */
  restart(index?: number): Promise<void>;
}

const CLUSTER_ID_LENGTH = 22;
const HEAP_MEGABYTES = { alone: 512, inCluster: 384 };

/** Starts a real Apache Kafka (KRaft) on the loopback address. @throws DirectoryInUse, or an error that says what to do. */
export async function startEmbeddedKafka(options: EmbeddedKafkaOptions): Promise<EmbeddedKafka> {
  const directory = resolve(options.directory);
  const onProgress = options.onProgress ?? (() => undefined);
  const lock = lockDirectory(directory);
  try {
    const jars = await provideKafkaJars(readLocalEnvironment().cacheDirectory, onProgress);
    const homes = await furnishHomes(options, directory, jars, onProgress);
    const running = await launchAll(homes, onProgress);
    return controls(homes, running, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function furnishHomes(
  options: EmbeddedKafkaOptions,
  directory: string,
  jars: string,
  onProgress: (step: string) => void,
): Promise<BrokerHome[]> {
  const size = options.clusterSize ?? 1;
  const directories = Array.from({ length: size }, (_, index) => join(directory, `broker-${index + 1}`));
  for (const home of directories) {
    mkdirSync(home, { recursive: true });
    const leftover = await endLeftoverBroker(home);
    if (leftover !== undefined) onProgress(`ended broker ${leftover}, which an interrupted start had left running`);
  }
  const nodes = await choosePorts(options, directory, size, onProgress);
  const clusterId = rememberClusterId(join(directory, 'cluster-id'));
  const heapMegabytes = size === 1 ? HEAP_MEGABYTES.alone : HEAP_MEGABYTES.inCluster;
  const { quickStart = false, security } = options;
  const shared = { jars, clusterId, nodes, heapMegabytes, quickStart, security };
  return directories.map((home, index) => ({ ...shared, directory: home, index }));
}

async function choosePorts(
  options: EmbeddedKafkaOptions,
  directory: string,
  size: number,
  onProgress: (step: string) => void,
): Promise<NodePorts[]> {
  const ports = await rememberPorts(join(directory, 'ports.json'), size * 2, (taken) =>
    onProgress(`port ${taken} of the last start is taken by another program: Kafka moves to other ports`),
  );
  const nodes = Array.from({ length: size }, (_, index) => ({
    broker: ports[index * 2] ?? 0,
    controller: ports[index * 2 + 1] ?? 0,
  }));
  const [first, ...others] = nodes;
  if (options.port === undefined || first === undefined) return nodes;
  await requireFreePort(options.port, 'Kafka');
  const { port: broker, advertisedPort: advertised = broker } = options;
  return [{ ...first, broker, advertised }, ...others];
}

async function launchAll(homes: readonly BrokerHome[], onProgress: (step: string) => void): Promise<WatchedProcess[]> {
  onProgress(homes.length === 1 ? 'starting Kafka' : `starting ${homes.length} Kafka brokers`);
  await Promise.all(homes.map(prepareBroker));
  const launched = await Promise.all(homes.map(launchBroker));
  try {
    await Promise.all(homes.map((home, index) => brokerIsReady(home, at(launched, index))));
    return launched;
  } catch (error) {
    await Promise.all(launched.map((broker) => broker.kill()));
    throw error;
  }
}

function controls(homes: readonly BrokerHome[], running: WatchedProcess[], release: () => void): EmbeddedKafka {
  const asked = new WeakSet<WatchedProcess>();
  let reportEnd: (index: number) => void = () => undefined;
  const unexpectedEnd = new Promise<number>((resolveEnd) => (reportEnd = resolveEnd));
  const watch = (broker: WatchedProcess, index: number): void => {
    void broker.ended.then(() => (asked.has(broker) ? undefined : reportEnd(index)));
  };
  running.forEach(watch);
  return {
    brokers: at(homes, 0).nodes.map((node) => `127.0.0.1:${node.broker}`),
    pids: () => running.filter((broker) => !broker.hasEnded()).map((broker) => broker.identity.pid),
    unexpectedEnd,
    stop: async () => {
      running.forEach((broker) => asked.add(broker));
      await Promise.all(running.map((broker) => broker.stop()));
      release();
    },
    discard: async () => {
      running.forEach((broker) => asked.add(broker));
      await Promise.all(running.map((broker) => broker.kill()));
      rmSync(dirname(at(homes, 0).directory), { recursive: true, force: true });
    },
    kill: async (index = 0) => {
      asked.add(at(running, index));
      await at(running, index).kill();
    },
    restart: async (index = 0) => {
      const home = at(homes, index);
      if (!at(running, index).hasEnded()) throw new Error(`Broker ${index} is running; kill it before a restart.`);
      const broker = await launchBroker(home);
      running[index] = broker;
      watch(broker, index);
      await brokerIsReady(home, broker);
    },
  };
}

function rememberClusterId(path: string): string {
  const known = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (known.length === CLUSTER_ID_LENGTH) return known;
  // As Kafka's own ids: 16 random bytes in URL-safe base64. A leading "-" would read as an option.
  const fresh = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  writeFileSync(path, fresh);
  return fresh;
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`There is no broker ${index}; the cluster has ${items.length}.`);
  return item;
}
