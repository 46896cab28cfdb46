import Redis from 'ioredis';
import { startRedis } from '../../test/support/redis';
import { temporaryDirectory } from '../../test/support/temporary-directory';
import type { EmbeddedRedis } from './embedded-redis';
import { readLocalEnvironment } from './environment';
import { fetchRedisProgram } from './redis/redis-program';

let redis: EmbeddedRedis;
let client: Redis;
beforeAll(async () => {
  redis = await startRedis();
  client = new Redis(redis.url);
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
});

describe('the Redis of a local run', () => {
  it('writes to disk before it answers', async () => {
    expect(await client.config('GET', 'append*')).toEqual(
      expect.arrayContaining(['appendonly', 'yes', 'appendfsync', 'always']),
    );
  });

  it('has what it answered after a kill, on the port that it had', async () => {
    await client.set('kept', 'yes');
    const before = redis.pid();
    await redis.kill();
    await redis.restart();
    expect(redis.pid()).not.toBe(before);
    expect(await client.get('kept')).toBe('yes');
  });

  it('is fetched once by two that need it at once, and not at all by one that comes later', async () => {
    const kept = await fetchRedisProgram(readLocalEnvironment().cacheDirectory, () => undefined);
    const cache = temporaryDirectory();
    const steps: string[] = [];
    const note = (step: string): void => void steps.push(step);
    const [first, second] = await Promise.all([
      fetchRedisProgram(cache.path, note),
      fetchRedisProgram(cache.path, note),
    ]);
    expect(second).toBe(first);
    expect(steps.filter((step) => step.startsWith('downloading'))).toHaveLength(1);
    expect(await fetchRedisProgram(readLocalEnvironment().cacheDirectory, note)).toBe(kept);
    expect(steps).toHaveLength(2);
    cache.remove();
  });
});
