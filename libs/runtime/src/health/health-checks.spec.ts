import { createMetrics } from '../metrics/create-metrics';
import { HealthChecks } from './health-checks';
import { type HealthServer, serveHealth } from './serve-health';

describe('HealthChecks', () => {
  it('is as well as its worst part, and says how each part is', async () => {
    const checks = new HealthChecks();
    checks.add('postgres', () => ({ status: 'up' }));
    checks.add('watermark', () => ({ status: 'degraded', details: { lagSeconds: 12 } }));
    expect(await checks.report()).toEqual({
      status: 'degraded',
      checks: { postgres: { status: 'up' }, watermark: { status: 'degraded', details: { lagSeconds: 12 } } },
    });
  });

  it('counts a check that throws as down, with its reason', async () => {
    const checks = new HealthChecks();
    checks.add('kafka', () => Promise.reject(new Error('no broker answers')));
    expect(await checks.report()).toEqual({
      status: 'down',
      checks: { kafka: { status: 'down', details: { reason: 'no broker answers' } } },
    });
  });

  it('counts a check that does not answer as down', async () => {
    const checks = new HealthChecks(20);
    checks.add('kafka', () => new Promise<never>(() => undefined));
    expect((await checks.report()).checks['kafka']?.details).toEqual({ reason: 'no answer within 20 ms' });
  });

  it('refuses a second check of one name', () => {
    const checks = new HealthChecks();
    checks.add('postgres', () => ({ status: 'up' }));
    expect(() => checks.add('postgres', () => ({ status: 'up' }))).toThrow('there already');
  });
});

describe('serveHealth', () => {
  const checks = new HealthChecks();
  const metrics = createMetrics('test');
  let status: 'up' | 'degraded' | 'down' = 'up';
  let server: HealthServer;

  beforeAll(async () => {
    checks.add('part', () => ({ status }));
    metrics.counter('floopy_test_events_total', 'Events of the test.').inc(3);
    server = await serveHealth({ host: '127.0.0.1', port: 0, checks, metrics });
  });

  afterAll(() => server.close());

  it.each([
    ['up', 200],
    ['degraded', 200],
    ['down', 503],
  ] as const)('answers readiness of a process that is %s with %i', async (found, code) => {
    status = found;
    const response = await fetch(`${server.url}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      code,
      { status: found, checks: { part: { status: found } } },
    ]);
  });

  it('is alive also while a part is down', async () => {
    status = 'down';
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it('shows metrics with the name of the process', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain('floopy_test_events_total{app="test"} 3');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('answers 404 for anything else', async () => {
    expect((await fetch(`${server.url}/v1/other`)).status).toBe(404);
  });
});
