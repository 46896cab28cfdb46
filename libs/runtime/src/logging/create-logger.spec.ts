import { createLogger, type Log } from './create-logger';
import { nestLogger } from './nest-logger';

function aLog(): { log: Log; lines: () => Record<string, unknown>[] } {
  const texts: string[] = [];
  const log = createLogger({ app: 'test', level: 'info', destination: { write: (text) => void texts.push(text) } });
  return { log, lines: () => texts.map((text) => JSON.parse(text) as Record<string, unknown>) };
}

describe('createLogger', () => {
  it('writes a fact with its ids, its process and its time', () => {
    const { log, lines } = aLog();
    log.info({ organizationId: 'org_acme', position: 2 }, 'usage_appended');
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'info',
        app: 'test',
        msg: 'usage_appended',
        organizationId: 'org_acme',
        position: 2,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      }),
    ]);
  });

  it('keeps secrets out, at the top and inside', () => {
    const { log, lines } = aLog();
    log.warn({ authorization: 'Bearer abc', request: { headers: { authorization: 'Bearer abc' } } }, 'refused');
    expect(JSON.stringify(lines())).not.toContain('Bearer abc');
  });

  it('keeps the credentials of a URL out of an error, its stack and its cause', () => {
    const { log, lines } = aLog();
    const cause = new Error('cannot reach postgres://app:s3cret@db:5432/floopy');
    log.error({ error: new Error('start failed: kafka://u:s3cret@k:1', { cause }) }, 'start_failed');
    expect(JSON.stringify(lines())).not.toContain('s3cret');
    expect(JSON.stringify(lines())).toContain('postgres://[secret]@db:5432/floopy');
  });

  it('leaves out what a driver hangs on its errors', () => {
    const { log, lines } = aLog();
    log.error({ error: Object.assign(new Error('lost'), { code: 'ECONNRESET', client: { key: 'value' } }) }, 'lost');
    expect(lines()[0]?.['error']).toEqual({
      type: 'Error',
      message: 'lost',
      code: 'ECONNRESET',
      stack: expect.any(String),
    });
  });

  it('carries what Nest warns of, and keeps how it wires itself up for debugging', async () => {
    const { log, lines } = aLog();
    const nest = await nestLogger(log);
    nest.log('Mapped {/healthz, GET} route', 'RouterExplorer');
    nest.warn('Deprecated route', 'NestApplication');
    expect(lines()).toEqual([
      expect.objectContaining({ level: 'warn', msg: 'Deprecated route', context: 'NestApplication', app: 'test' }),
    ]);
  });
});
