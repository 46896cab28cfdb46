/** Redis cannot answer now: away, loading, failing over, or too slow. Whether it has carried out what was asked is unknown. */
export class RedisUnavailable extends Error {
  constructor(cause: unknown) {
    super('Redis cannot answer now', { cause });
    this.name = 'RedisUnavailable';
  }
}
