import { setTimeout as pause } from 'node:timers/promises';
import { HttpConnection, type HttpRequest } from './http-connection';

export interface Target {
  readonly port: number;
  readonly apiKey: string;
}

export interface Answered {
  readonly status: number;
  /** From the time at which the request was due to the end of its answer. */
  readonly milliseconds: number;
}

const CONNECTIONS = 64;
const TICK_MS = 1;

/** Sends requests when they are due, whatever became of those before: an open loop. */
export async function requestWhenDue(
  target: Target,
  requestOf: (index: number) => HttpRequest,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Answered[]> {
  const connections = await openConnections(target);
  const total = perSecond * seconds;
  const answers: Answered[] = [];
  const beganAtMs = performance.now();
  const dueAtMs = (index: number): number => beganAtMs + (index / perSecond) * 1000;
  const sent = { count: 0 };
  const isDue = (): boolean => sent.count < total && dueAtMs(sent.count) <= performance.now();
  const idle = [...connections];
  const working: Promise<void>[] = [];
  /** One connection, as long as something is due. */
  const work = async (connection: HttpConnection): Promise<void> => {
    while (isDue()) {
      const index = sent.count++;
      const status = await connection.ask(requestOf(index));
      answers.push({ status, milliseconds: performance.now() - dueAtMs(index) });
    }
    idle.push(connection);
  };
  while (sent.count < total) {
    while (isDue() && idle.length > 0) {
      const connection = idle.pop();
      if (connection !== undefined) working.push(work(connection));
    }
    await pause(TICK_MS);
  }
  await Promise.all(working);
  for (const connection of connections) connection.close();
  return answers;
}

/** Asks as fast as answers come, on every connection, until it is over: a closed loop. */
export async function requestWithoutPause(
  target: Target,
  requestOf: (index: number) => HttpRequest,
  isOver: (sent: number) => boolean,
): Promise<number[]> {
  const connections = await openConnections(target);
  const statuses: number[] = [];
  let next = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (!isOver(next)) statuses.push(await connection.ask(requestOf(next++)));
      connection.close();
    }),
  );
  return statuses;
}

function openConnections({ port, apiKey }: Target): Promise<HttpConnection[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, () => HttpConnection.open(port, apiKey)));
}
