import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface SeenQuestion {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: unknown;
}

/** What the server does with each question, in the words of node:http. */
export type Answering = (answer: ServerResponse, question: SeenQuestion) => void;

/** Stands where the API stands, on a real socket, so that a spec can decide how it answers, and whether. */
export interface AdmissionServer {
  readonly url: string;
  readonly seen: SeenQuestion[];
  /** Connections that were ever made. */
  connections(): number;
  answerWith(answering: Answering): void;
  /** Ends every connection without a word. */
  cut(): void;
  stop(): Promise<void>;
}

export async function startAdmissionServer(): Promise<AdmissionServer> {
  const seen: SeenQuestion[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let answering: Answering = (answer) => answer.writeHead(500).end();
  const server = createServer((request, answer) => {
    void questionIn(request).then((question) => {
      seen.push(question);
      answering(answer, question);
    });
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const cut = (): void => sockets.forEach((socket) => void socket.destroy());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    connections: () => connections,
    answerWith: (next) => (answering = next),
    cut,
    async stop() {
      const stopped = new Promise((done) => server.close(done));
      cut();
      await stopped;
    },
  };
}

/** Answers with JSON, as the API does. */
export function answerJson(status: number, body: object): Answering {
  const text = JSON.stringify(body);
  return (answer) => answer.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

async function questionIn(request: IncomingMessage): Promise<SeenQuestion> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    authorization: request.headers.authorization ?? '',
    body: text === '' ? null : (JSON.parse(text) as unknown),
  };
}
