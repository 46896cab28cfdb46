import { apiConfigSchema } from './config';

describe('apiConfigSchema', () => {
  const needed = { DATABASE_URL: 'postgres://user@host/name', KAFKA_BROKERS: 'host:9092' };

  it.each(['10.0.0.0/8', '192.168.1.7, 10.0.0.0/8', '::1', 'fd00::/8', '0.0.0.0/0'])(
    'believes proxies at %s',
    (proxies) => {
      const { TRUSTED_PROXIES } = apiConfigSchema.parse({ ...needed, TRUSTED_PROXIES: proxies });
      expect(TRUSTED_PROXIES).toEqual(proxies.split(', '));
    },
  );

  it.each(['', 'true', 'proxy.example', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.1,'])(
    'refuses proxies at %j',
    (proxies) => {
      const outcome = apiConfigSchema.safeParse({ ...needed, TRUSTED_PROXIES: proxies });
      expect(outcome.error?.issues.map(({ path, message }) => `${path.join()}: ${message}`)).toEqual([
        'TRUSTED_PROXIES: addresses or networks between commas, such as 10.0.0.0/8,192.168.1.7',
      ]);
    },
  );

  it('needs to know where Redis is when holds are kept there, and only then', () => {
    const faults = (given: object) =>
      apiConfigSchema.safeParse({ ...needed, ...given }).error?.issues.map(({ path }) => path.join());
    expect(faults({ ADMISSION_STORE: 'redis' })).toEqual(['REDIS_URL']);
    expect(faults({ ADMISSION_STORE: 'redis', REDIS_URL: 'http://redis' })).toEqual(['REDIS_URL']);
    expect(faults({ ADMISSION_STORE: 'redis', REDIS_URL: 'redis://a:1, rediss://b:2' })).toBeUndefined();
    expect(faults({})).toBeUndefined();
  });

  it('believes no proxy when none is named', () => {
    expect(apiConfigSchema.parse(needed).TRUSTED_PROXIES).toEqual([]);
  });
});
