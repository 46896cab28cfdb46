import { createHash } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import { isRedisUnavailable } from './is-redis-unavailable';
import { RedisUnavailable } from './redis-unavailable';

/** One server, or a cluster: a script's keys are all of one slot, so that it makes no difference. */
export type RedisClient = Redis | Cluster;

export interface Script {
  readonly text: string;
  readonly sha1: string;
}

export function scriptOf(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

/**
 * Runs a script by its hash; a server that does not know it yet, or no longer, is sent the text.
 * @throws RedisUnavailable when Redis cannot answer now
 */
export async function runScript(
  client: RedisClient,
  script: Script,
  keys: readonly string[],
  values: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await evaluate(client, script, keys, values);
  } catch (error) {
    if (isRedisUnavailable(error)) throw new RedisUnavailable(error);
    throw error;
  }
}

async function evaluate(
  client: RedisClient,
  script: Script,
  keys: readonly string[],
  values: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await client.evalsha(script.sha1, keys.length, ...keys, ...values);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return client.eval(script.text, keys.length, ...keys, ...values);
  }
}
