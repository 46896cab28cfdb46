import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readLocalEnvironment } from './environment';
import { provideCluster, clusterDirectoryFor, rememberPassword, removeServer } from './postgres/database-cluster';
import { providePostgresBinaries } from './postgres/postgres-binaries';
import { endLeftoverServer, launchServer, type ServerHome } from './postgres/postmaster';
import { chooseServerUser } from './postgres/server-user';
import { lockDirectory } from './processes/directory-lock';
import { rememberPorts, requireFreePort } from './processes/free-port';
import type { WatchedProcess } from './processes/watched-process';

export interface EmbeddedPostgresOptions {
  /** Holds everything of this server: data, log, port, password. Kept between starts. */
  readonly directory: string;
  /** True: what is committed survives a kill -9 and a power cut. False: faster, for tests that lose nothing by it. */
  readonly durable: boolean;
  /** A certain port; else a free one, the same at every start. */
  readonly port?: number;
  /** Settings of postgresql.conf, which win over those chosen here. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called with one short sentence for every step that may take a while. */
  readonly onProgress?: (step: string) => void;
}

export interface EmbeddedPostgres {
  /** The superuser's, on the maintenance database `postgres`; loopback only. */
  readonly url: string;
  /** The process id now; it changes with {@link EmbeddedPostgres.restart}. */
  pid(): number;
  /** Resolves when the server ends without having been asked to. */
  readonly unexpectedEnd: Promise<void>;
  /** Ends every session and shuts down. The directory stays. */
  stop(): Promise<void>;
  /** Kills the server (kill -9) and returns when it is gone. */
  kill(): Promise<void>;
  /** Starts a killed server again on its port; returns when it has recovered and takes connections. */
  restart(): Promise<void>;
}

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '2GB' };

/** Starts a real Postgres on the loopback address. @throws DirectoryInUse, or an error that says what to do. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const directory = resolve(options.directory);
  const lock = lockDirectory(directory);
  try {
    const password = rememberPassword(directory);
    const home = await furnishHome(options, directory, password);
    options.onProgress?.('starting Postgres');
    const server = await launchServer(home);
    const url = `postgres://postgres:${password}@127.0.0.1:${home.port}/postgres`;
    return controls(home, url, server, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Removes a stopped server with all that it stored. */
export function removeEmbeddedPostgres(directory: string): void {
  removeServer(directory);
}

async function furnishHome(options: EmbeddedPostgresOptions, directory: string, password: string): Promise<ServerHome> {
  const onProgress = options.onProgress ?? (() => undefined);
  const user = chooseServerUser();
  const binaries = await providePostgresBinaries(readLocalEnvironment().cacheDirectory, user, onProgress);
  const leftover = await endLeftoverServer(directory, clusterDirectoryFor(directory, user));
  if (leftover !== undefined) onProgress(`ended Postgres ${leftover}, which an interrupted start had left running`);
  const data = await provideCluster({ binaries, directory, user, durable: options.durable, password });
  const port = await choosePort(options, directory, onProgress);
  const settings = { ...(options.durable ? {} : NOT_DURABLE), ...options.settings };
  return { directory, data, program: binaries.postgres, user, port, settings };
}

async function choosePort(
  options: EmbeddedPostgresOptions,
  directory: string,
  onProgress: (step: string) => void,
): Promise<number> {
  if (options.port !== undefined) {
    await requireFreePort(options.port, 'Postgres');
    return options.port;
  }
  mkdirSync(directory, { recursive: true });
  const [port = 0] = await rememberPorts(join(directory, 'ports.json'), 1, (taken) =>
    onProgress(`port ${taken} of the last start is taken by another program: Postgres moves to another port`),
  );
  return port;
}

function controls(home: ServerHome, url: string, first: WatchedProcess, release: () => void): EmbeddedPostgres {
  let server = first;
  const asked = new WeakSet<WatchedProcess>();
  let reportEnd: () => void = () => undefined;
  const unexpectedEnd = new Promise<void>((resolveEnd) => (reportEnd = resolveEnd));
  const watch = (watched: WatchedProcess): void => {
    void watched.ended.then(() => (asked.has(watched) ? undefined : reportEnd()));
  };
  watch(first);
  return {
    url,
    pid: () => server.identity.pid,
    unexpectedEnd,
    stop: async () => {
      asked.add(server);
      await server.stop();
      release();
    },
    kill: async () => {
      asked.add(server);
      await server.kill();
    },
    restart: async () => {
      if (!server.hasEnded()) throw new Error('Postgres is running; kill it before a restart.');
      server = await launchServer(home);
      watch(server);
    },
  };
}
