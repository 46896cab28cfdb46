import { connect, createServer, type Server, type Socket } from 'node:net';

const PRODUCE = 0;
const LENGTH_BYTES = 4;

export interface TcpProxy {
  readonly port: number;
  /** How many answers to produce requests were cut: the broker has written, the producer has not heard. */
  answersCut(): number;
  /** While true, nothing that the broker says comes through, and no connection is closed. */
  mute(isMute: boolean): void;
  stop(): Promise<void>;
}

/** What the proxy does to the answers to produce requests. */
export interface Interference {
  /** Whether the connection is cut in place of the nth answer, from 1. */
  readonly cutsAnswer?: (nth: number) => boolean;
  readonly delayMs?: number;
}

/** Stands between a Kafka client and a broker. */
export async function startTcpProxy(brokerPort: number, interference: Interference): Promise<TcpProxy> {
  const { cutsAnswer = () => false, delayMs = 0 } = interference;
  const sockets = new Set<Socket>();
  let answers = 0;
  let cut = 0;
  let isMute = false;
  const server = createServer((client) => {
    const broker = connect(brokerPort, '127.0.0.1');
    const produceRequests = new Set<number>();
    const end = (): void => [client, broker].forEach((socket) => socket.destroy());
    for (const socket of [client, broker]) {
      sockets.add(socket.on('error', end).on('close', end));
      socket.once('close', () => sockets.delete(socket));
    }
    // Request: length, api key, api version, correlation id. Answer: length, correlation id.
    onFrames(client, (frame) => {
      if (frame.readInt16BE(LENGTH_BYTES) === PRODUCE) produceRequests.add(frame.readInt32BE(LENGTH_BYTES + 4));
      broker.write(frame);
    });
    onFrames(broker, (frame) => {
      if (isMute) return;
      if (!produceRequests.delete(frame.readInt32BE(LENGTH_BYTES))) client.write(frame);
      else if (cutsAnswer((answers += 1))) {
        cut += 1;
        end();
      } else setTimeout(() => client.write(frame), delayMs);
    });
  });
  const port = await listen(server);
  const stop = (): Promise<void> => {
    sockets.forEach((socket) => socket.destroy());
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { port, answersCut: () => cut, mute: (wanted) => (isMute = wanted), stop };
}

function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= LENGTH_BYTES && rest.length >= LENGTH_BYTES + rest.readInt32BE(0)) {
      const end = LENGTH_BYTES + rest.readInt32BE(0);
      take(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
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
