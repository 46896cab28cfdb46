import { connect, createServer, type Server, type Socket } from 'node:net';

export interface PostgresProxy {
  /** The given URL, through this proxy. */
  readonly url: string;
  /** From now on, cuts the connection in place of the answer to each nth COMMIT: the server has heard it, nobody knows. */
  cutAnswersToCommit(everyNth: number): void;
  cuts(): number;
  /** While true, the server is gone: connections are cut and no new one is taken. */
  setGone(isGone: boolean): void;
  /** From now on the server is slow: each of its answers comes so much later. */
  setDelay(milliseconds: number): void;
  stop(): Promise<void>;
}

/** A simple query of the text COMMIT, as the driver sends it: type, length, text, zero. */
const COMMIT_MESSAGE = Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1');

/** Stands between a process and Postgres, and breaks their connection where it hurts. */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const state = { isGone: false, delayMs: 0, everyNth: 0, commits: 0, cuts: 0 };

  const server = createServer((client) => {
    if (state.isGone) return void client.destroy();
    const postgres = connect(Number(target.port), target.hostname);
    const end = (): void => [client, postgres].forEach((socket) => socket.destroy());
    for (const socket of [client, postgres]) {
      sockets.add(socket.on('error', end).on('close', end));
      socket.once('close', () => sockets.delete(socket));
    }
    let cutsNextAnswer = false;
    client.on('data', (chunk: Buffer) => {
      if (state.everyNth > 0 && chunk.equals(COMMIT_MESSAGE))
        cutsNextAnswer = (state.commits += 1) % state.everyNth === 0;
      postgres.write(chunk);
    });
    postgres.on('data', (chunk: Buffer) => {
      if (cutsNextAnswer) {
        state.cuts += 1;
        return end();
      }
      if (state.delayMs === 0) return void client.write(chunk);
      // Nothing more is taken from the server meanwhile: what it says stays in order.
      postgres.pause();
      setTimeout(() => {
        client.write(chunk);
        postgres.resume();
      }, state.delayMs);
    });
  });
  const port = await listen(server);
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  const cutAll = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    url: url.toString(),
    cutAnswersToCommit: (everyNth) => (state.everyNth = everyNth),
    cuts: () => state.cuts,
    setGone(isGone) {
      state.isGone = isGone;
      if (isGone) cutAll();
    },
    setDelay: (milliseconds) => (state.delayMs = milliseconds),
    stop() {
      cutAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
