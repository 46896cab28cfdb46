import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLocalEnvironment } from './environment';
import { lockDirectory } from './processes/directory-lock';
import { rememberPorts } from './processes/free-port';
import { logTail } from './processes/log-tail';
import { endLeftover, removeProcessFile, writeProcessFile } from './processes/process-file';
import { startWatched, type WatchedProcess } from './processes/watched-process';
import { provideRedisProgram } from './redis/redis-program';

export interface EmbeddedRedisOptions {
  /** Holds everything of this server: its append-only file, log and port. Kept between starts. */
  readonly directory: string;
  /** More settings of the server, such as `{'cluster-enabled': 'yes'}`; they win over ours. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly onProgress?: (step: string) => void;
}

export interface EmbeddedRedis {
  readonly port: number;
  readonly url: string;
  pid(): number;
  /** Ends it in good order. The directory stays. */
  stop(): Promise<void>;
  /** Kills it (kill -9) and returns when it is gone. */
  kill(): Promise<void>;
  /** Starts it again after a kill on its old port, from its old directory; returns when it answers. */
  restart(): Promise<void>;
}

interface RedisHome {
  readonly directory: string;
  readonly program: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
}

const STOP_GRACE_MS = 10_000;
const READY_TIMEOUT_MS = 60_000;
const ANSWER_TIMEOUT_MS = 1_000;
const POLL_MS = 20;

/** Every write is on disk before it is answered: what holds say is answered must survive a kill. */
const SETTINGS = { bind: '127.0.0.1', save: '', appendonly: 'yes', appendfsync: 'always' };

/** Starts a real Redis on the loopback address. @throws DirectoryInUse, or an error that says what to do. */
export async function startEmbeddedRedis(options: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const directory = resolve(options.directory);
  const lock = lockDirectory(directory);
  try {
    const onProgress = options.onProgress ?? (() => undefined);
    const program = await provideRedisProgram(readLocalEnvironment().cacheDirectory, onProgress);
    mkdirSync(join(directory, 'files'), { recursive: true });
    await endLeftover(processFile(directory), 'SIGTERM', STOP_GRACE_MS);
    const port = await choosePort(directory, onProgress);
    const home = { directory, program, port, settings: { ...SETTINGS, ...options.settings } };
    return controls(home, await launch(home), () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

function controls(home: RedisHome, first: WatchedProcess, release: () => void): EmbeddedRedis {
  let running = first;
  return {
    port: home.port,
    url: `redis://127.0.0.1:${home.port}`,
    pid: () => running.identity.pid,
    stop: async () => {
      await running.stop();
      release();
    },
    kill: () => running.kill(),
    restart: async () => {
      if (!running.hasEnded()) throw new Error('This Redis is running; kill it before a restart.');
      running = await launch(home);
    },
  };
}

/** Low enough: in a cluster the nodes talk on a second port, 10,000 above. */
async function choosePort(directory: string, onProgress: (step: string) => void): Promise<number> {
  const [port = 0] = await rememberPorts(join(directory, 'ports.json'), 1, (taken) =>
    onProgress(`port ${taken} of the last start is taken by another program: Redis moves to another port`),
  );
  return port;
}

async function launch(home: RedisHome): Promise<WatchedProcess> {
  const settings = { port: String(home.port), dir: join(home.directory, 'files'), ...home.settings };
  const logFile = join(home.directory, 'server.log');
  const server = await startWatched({
    command: home.program,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    env: { PATH: readLocalEnvironment().inherited['PATH'], LC_ALL: 'C' },
    directory: join(home.directory, 'files'),
    logFile,
    stopSignal: 'SIGTERM',
    stopGraceMs: STOP_GRACE_MS,
  });
  writeProcessFile(processFile(home.directory), server.identity);
  void server.ended.then(() => removeProcessFile(processFile(home.directory)));
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!server.hasEnded() && Date.now() < deadline) {
    if (await answersPing(home.port)) return server;
    await sleep(POLL_MS);
  }
  await server.kill();
  throw new Error(`Redis does not start on ${home.directory}. Its log, ${logFile}, ends with:\n${logTail(logFile)}`);
}

/** A server that still reads its file takes connections, and answers that it is loading. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const end = (ready: boolean): void => {
      socket.destroy();
      answer(ready);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => end(false));
    socket.once('error', () => end(false));
    socket.once('data', (bytes) => end(bytes.toString().startsWith('+PONG')));
    socket.once('connect', () => socket.write('PING\r\n'));
  });
}

function processFile(directory: string): string {
  return join(directory, 'server.pid.json');
}
