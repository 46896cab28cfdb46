import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from '../metrics/create-metrics';
import type { HealthChecks } from './health-checks';

export interface HealthServerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly checks: HealthChecks;
  readonly metrics: Metrics;
}

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

/** `/healthz`, `/readyz` and `/metrics` for a process that serves nothing else over HTTP. */
export async function serveHealth(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/', options, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(error instanceof Error ? error.message : 'failed');
    });
  });
  await listen(server, options);
  const { address, port } = server.address() as AddressInfo;
  return { url: `http://${address}:${port}`, close: () => close(server) };
}

async function answer(path: string, { checks, metrics }: HealthServerOptions, response: ServerResponse): Promise<void> {
  switch (path.split('?', 1)[0]) {
    // Alive is whoever answers; what it needs from others is readiness.
    case '/healthz':
      sendJson(response, 200, { status: 'up' });
      return;
    case '/readyz': {
      const report = await checks.report();
      sendJson(response, report.status === 'down' ? 503 : 200, report);
      return;
    }
    case '/metrics': {
      const text = await metrics.scrape();
      response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
      return;
    }
    default:
      sendJson(response, 404, { status: 404, title: 'Not Found' });
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function listen(server: Server, { host, port }: HealthServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}
