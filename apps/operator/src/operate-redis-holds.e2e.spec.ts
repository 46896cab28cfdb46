import type { EmbeddedRedis } from '../../../deploy/local/embedded-redis';
import { type ApiFixture, openApiFixture } from '../../../test/support/api-fixture';
import { askAdmission, credit } from '../../../test/support/asked-admission';
import { startRedis } from '../../../test/support/redis';
import { operate } from '../test/operate';

describe('holds in Redis', () => {
  let redis: EmbeddedRedis;
  let inRedis: ApiFixture;
  let there: Readonly<Record<string, string>>;
  beforeAll(async () => {
    redis = await startRedis();
    inRedis = await openApiFixture({ ADMISSION_STORE: 'redis', REDIS_URL: redis.url });
    there = { DATABASE_URL: inRedis.database.url, ADMISSION_STORE: 'redis', REDIS_URL: redis.url };
    await credit(inRedis.operator, 'org_acme', '10');
  });
  afterAll(async () => {
    await inRedis.close();
    await redis.stop();
  });

  it('are listed, explained and released by the store itself', async () => {
    const held = async (...args: string[]) => (await operate([...args, '--json'], there)).json;
    expect(await held('holds', 'list', 'org_acme')).toMatchObject({ store: 'redis', open: 0 });
    await askAdmission(inRedis.operator, { organization_id: 'org_acme', request_id: 'req_1', team_id: 'team_a' });
    expect(await held('holds', 'list', 'org_acme')).toMatchObject({ open: 1, holds: [{ request_id: 'req_1' }] });
    expect(await held('balance', 'org_acme')).toMatchObject({ open_holds: '1.0000000000' });
    expect(await held('admission', 'explain', 'org_acme')).toMatchObject({
      credits: { held: '1.0000000000', available: '9.0000000000' },
      store: 'redis',
      store_state: 'durable',
    });
    const release = ['holds', 'release', 'org_acme', 'req_1', '--reason', 'test'];
    expect(await held(...release)).toMatchObject({ state: 'released' });
    expect((await inRedis.operator('org_acme/holds')).body.open).toBe(0);
    expect((await operate(release, there)).exitCode).toBe(2);
    expect(await held('holds', 'list')).toMatchObject({ organizations: [{ organization_id: 'org_acme', open: 0 }] });
  });

  it('exits 3 when Redis is away, and 2 when nobody says where it is', async () => {
    const nowhere = { ...there, REDIS_URL: 'redis://:secret@127.0.0.1:1' };
    const away = await operate(['holds', 'list', 'org_acme'], nowhere);
    expect(away).toMatchObject({
      exitCode: 3,
      error: expect.stringContaining('Redis is not reachable at 127.0.0.1:1'),
    });
    expect(away.error).not.toContain('secret');
    const { REDIS_URL: _, ...unsaid } = there;
    expect(await operate(['holds', 'list'], unsaid)).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('REDIS_URL'),
    });
  });
});
