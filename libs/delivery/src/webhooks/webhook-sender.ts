import { lookup as resolve } from 'node:dns';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { OutgoingAlert, SendingOutcome, WebhookReceiver, WebhookSender } from '@floopy/application';
import { Webhook } from 'standardwebhooks';
import { isPermittedAddress } from './permitted-address';

export interface WebhookSenderOptions {
  /** From the first byte sent to the whole status line of the answer. */
  readonly timeoutMs: number;
  /** Permits `http:` and addresses of one's own network: for a single machine and for tests, never for customers. */
  readonly insecure: boolean;
}

const GONE = 410;

/**
 * Posts alerts as Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature`, which covers the body.
 * The address is judged after the name was resolved, so that a name cannot lead into the network that this runs in;
 * redirects are not followed for the same reason. An answer of 2xx is a delivery, whatever its body says.
 */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  return {
    async send(receiver, alert) {
      const url = urlOf(receiver.url, options);
      if (typeof url === 'string') return { type: 'rejected', reason: url };
      try {
        return outcomeOf(await post(url, receiver, alert, options));
      } catch (error) {
        if (error instanceof ForbiddenAddress) return { type: 'rejected', reason: error.message };
        return { type: 'failed', reason: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

/** Why a URL would never be called, as far as that can be told before its name is resolved; null when it may be. */
export function refuseWebhookUrl(text: string, options: Pick<WebhookSenderOptions, 'insecure'>): string | null {
  const url = urlOf(text, options);
  if (typeof url === 'string') return url;
  // It is shown to everybody who may read, and a webhook is known by its signature.
  return url.username === '' && url.password === '' ? null : 'the address must hold no user and no password';
}

/** The URL, or why it is not called. */
function urlOf(text: string, { insecure }: Pick<WebhookSenderOptions, 'insecure'>): URL | string {
  if (!URL.canParse(text)) return 'the address is no URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(insecure && url.protocol === 'http:'))
    return 'the address must begin with https://';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // The name of a host is judged once it is resolved; an address is never resolved.
  if (!insecure && isIP(host) !== 0 && !isPermittedAddress(host)) return forbiddenAddress(host);
  return url;
}

function forbiddenAddress(address: string): string {
  return `${address} is not an address on the open internet`;
}

class ForbiddenAddress extends Error {
  constructor(address: string) {
    super(forbiddenAddress(address));
    this.name = 'ForbiddenAddress';
  }
}

/** @returns the status of the answer. @throws when there is none. */
function post(
  url: URL,
  receiver: WebhookReceiver,
  alert: OutgoingAlert,
  options: WebhookSenderOptions,
): Promise<number> {
  return new Promise((done, fail) => {
    const send: typeof requestHttps = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request: ClientRequest = send(
      url,
      {
        method: 'POST',
        headers: headersOf(receiver, alert),
        signal: AbortSignal.timeout(options.timeoutMs),
        ...(options.insecure ? {} : { lookup: resolvePermitted }),
      },
      (answer: IncomingMessage) => {
        done(answer.statusCode ?? 0);
        // Nobody reads the body, and a receiver that never ends it does not hold the connection.
        answer.destroy();
      },
    );
    request.on('error', (error) => fail(error.name === 'AbortError' ? noAnswer(options) : error));
    request.end(alert.json);
  });
}

function noAnswer({ timeoutMs }: WebhookSenderOptions): Error {
  return new Error(`no answer within ${timeoutMs} ms`);
}

function headersOf({ secret }: WebhookReceiver, { alertId, json }: OutgoingAlert): Record<string, string> {
  // The time of the attempt, not of the alert: a receiver refuses what is older than some minutes.
  const now = new Date();
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(json)),
    'user-agent': 'floopy-billing',
    'webhook-id': alertId,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(alertId, now, json),
  };
}

/** Resolves a name for a connection; one address that is not permitted spoils the name. */
const resolvePermitted: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '');
    const forbidden = addresses.find(({ address }) => !isPermittedAddress(address));
    if (forbidden !== undefined) return callback(new ForbiddenAddress(forbidden.address), '');
    const [first] = addresses;
    if (options.all === true || first === undefined) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};

function outcomeOf(status: number): SendingOutcome {
  if (status >= 200 && status < 300) return { type: 'sent' };
  const reason = `answered ${status}`;
  return status === GONE ? { type: 'rejected', reason } : { type: 'failed', reason };
}
