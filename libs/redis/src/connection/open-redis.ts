import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisClient } from './run-script';

export interface RedisSettings {
  /** `redis://` or `rediss://`; several, separated by commas, are nodes of one cluster. */
  readonly url: string;
  /** A command that takes longer fails; what it did meanwhile is asked again under the same key. */
  readonly commandTimeoutMs: number;
  readonly onError?: (error: Error) => void;
}

/** Connects in the background: until it is there, commands fail, and nobody waits for them. */
export function openRedis({ url, commandTimeoutMs, onError }: RedisSettings): RedisClient {
  const options: RedisOptions = {
    commandTimeout: commandTimeoutMs,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1_000),
    // A master that has become a replica says READONLY: connect anew and send again.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  };
  const urls = url.split(',').map((each) => each.trim());
  const [first = ''] = urls;
  const client =
    urls.length === 1
      ? new Redis(first, options)
      : new Cluster(urls, { redisOptions: options, clusterRetryStrategy: (attempt) => Math.min(50 * attempt, 1_000) });
  // Without a listener the loss of a connection would be printed.
  client.on('error', (error: Error) => onError?.(error));
  return client;
}
