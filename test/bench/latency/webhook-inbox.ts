import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alertWebhookSchema } from '@floopy/contracts';

/** A program that is told of alerts, in the process of the benchmark. */
export interface WebhookInbox {
  readonly url: string;
  /** When each organization was first told of a low balance, on the wall clock. */
  readonly toldAtMs: ReadonlyMap<string, number>;
  /** Alerts that came more than once. */
  repeated(): number;
  close(): void;
}

export async function openWebhookInbox(): Promise<WebhookInbox> {
  const toldAtMs = new Map<string, number>();
  const seen = new Set<string>();
  let repeated = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { data } = alertWebhookSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      if (seen.has(data.alert_id)) repeated += 1;
      seen.add(data.alert_id);
      const isFirst = data.kind === 'balance_low' && !toldAtMs.has(data.organization_id);
      if (isFirst) toldAtMs.set(data.organization_id, Date.now());
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    toldAtMs,
    repeated: () => repeated,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
