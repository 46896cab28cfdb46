import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export interface RequestLoad {
  /** The address of the nth request. */
  readonly urlOf: (index: number) => string;
  readonly apiKey: string;
  readonly requestsPerSecond: number;
  readonly seconds: number;
}

export interface Answered {
  readonly status: number;
  /** From the time at which the request was due to the end of its answer. */
  readonly milliseconds: number;
}

const CONNECTIONS = 32;
const TICK_MS = 1;

/** Sends requests when they are due, whatever became of those before: an open loop. */
export async function requestAtRate(load: RequestLoad): Promise<Answered[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const answers: Promise<Answered>[] = [];
  const total = load.requestsPerSecond * load.seconds;
  const beganAtMs = performance.now();
  while (answers.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - beganAtMs) / 1000) * load.requestsPerSecond));
    while (answers.length < due) {
      const index = answers.length;
      const dueAtMs = beganAtMs + (index / load.requestsPerSecond) * 1000;
      answers.push(get(load.urlOf(index), load.apiKey, agent, dueAtMs));
    }
    await pause(TICK_MS);
  }
  const answered = await Promise.all(answers);
  agent.destroy();
  return answered;
}

function get(url: string, apiKey: string, agent: Agent, dueAtMs: number): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers: { authorization: `Bearer ${apiKey}` } }, (response) => {
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, milliseconds: performance.now() - dueAtMs }),
      );
      response.resume();
    });
    sent.on('error', reject);
    sent.end();
  });
}
