import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { AdmissionSettings } from './admission-options';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export type ExchangeOutcome =
  | ({ readonly type: 'answered' } & Answer)
  | { readonly type: 'unanswered'; readonly reason: 'unreachable' | 'timed_out'; readonly detail: string };

export interface Exchange {
  /** One question and its answer, within the time-out. Never throws. */
  ask(method: 'POST' | 'DELETE', path: string, body?: string): Promise<ExchangeOutcome>;
  /** Ends the connections; a question that is under way ends as unanswered. */
  close(): void;
}

/** An answer of ours is far smaller; whatever sends more is not the API. */
const MAX_ANSWER_BYTES = 65_536;
/** Shorter than the API and usual balancers keep a connection, so that it is rarely closed as a question sets out. */
const KEEP_FREE_MS = 4_000;

/** Speaks HTTP over connections that are kept, since connecting may cost more than the answer. */
export function createExchange(settings: AdmissionSettings): Exchange {
  const isSecure = settings.url.protocol === 'https:';
  const sockets = { keepAlive: true, maxSockets: settings.maxConnections, timeout: KEEP_FREE_MS };
  const agent = isSecure ? new HttpsAgent(sockets) : new HttpAgent(sockets);
  const send = isSecure ? requestHttps : requestHttp;

  function once(method: string, path: string, body: string, signal: AbortSignal): Promise<Answer> {
    return new Promise((done, fail) => {
      const headers = {
        authorization: `Bearer ${settings.apiKey}`,
        accept: 'application/json, application/problem+json',
        ...(body === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      };
      const asked = send(targetOf(settings.url, path), { method, agent, headers, signal }, (answer) => {
        readText(answer).then((text) => done({ status: answer.statusCode ?? 0, text }), fail);
      });
      asked.on('error', (error) => fail(asked.reusedSocket ? new LostConnection(error) : error));
      asked.end(body);
    });
  }

  return {
    async ask(method, path, body = '') {
      const signal = AbortSignal.timeout(settings.timeoutMs);
      try {
        // A kept connection may end just as it is used. What is asked twice is decided once, so it is asked again.
        const answer = await once(method, path, body, signal).catch((error: unknown) => {
          if (signal.aborted || !(error instanceof LostConnection)) throw error;
          return once(method, path, body, signal);
        });
        return { type: 'answered', ...answer };
      } catch (error) {
        if (signal.aborted) return unanswered('timed_out', `no answer within ${settings.timeoutMs} ms`);
        return unanswered('unreachable', error instanceof Error ? error.message : String(error));
      }
    },
    close: () => agent.destroy(),
  };
}

class LostConnection extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'LostConnection';
  }
}

/** The API may stand below a path of its own. */
function targetOf(url: URL, path: string): URL {
  return new URL(`${url.origin}${url.pathname.replace(/\/$/, '')}${path}`);
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer has more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function unanswered(reason: 'unreachable' | 'timed_out', detail: string): ExchangeOutcome {
  return { type: 'unanswered', reason, detail };
}
