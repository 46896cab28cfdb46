import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** What a receiver was sent, after the library's own verifier accepted its signature. */
export interface ReceivedWebhook {
  readonly id: string;
  readonly path: string;
  readonly payload: { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
  /** On the clock of this process, in milliseconds. */
  readonly at: number;
}

/** A program that is told of alerts, on a real socket. */
export interface WebhookReceiver {
  readonly url: string;
  readonly secret: string;
  readonly received: ReceivedWebhook[];
  /** The status that it answers from now on; null when it takes calls and answers none. */
  answerWith(status: number | null): void;
  close(): Promise<void>;
}

/** @param secrets by path, where a receiver has several; one for all of them when absent */
export async function startWebhookReceiver(secrets?: ReadonlyMap<string, string>): Promise<WebhookReceiver> {
  const secret = `whsec_${Buffer.from('a key of twenty-four bytes').toString('base64')}`;
  const received: ReceivedWebhook[] = [];
  let status: number | null = 204;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      const payload = new Webhook(secrets?.get(request.url ?? '') ?? secret).verify(
        Buffer.concat(chunks),
        headers,
      ) as ReceivedWebhook['payload'];
      received.push({ id: headers['webhook-id'] ?? '', path: request.url ?? '', payload, at: Date.now() });
      if (status !== null) response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    secret,
    received,
    answerWith: (next) => void (status = next),
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}
