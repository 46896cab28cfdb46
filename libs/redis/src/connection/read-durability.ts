import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './run-script';

/** `durable`: what was answered is on disk. `unknown`: the server does not say (some providers forbid CONFIG). */
export type Durability = 'durable' | 'volatile' | 'unknown';

/** Whether every master writes to its append-only file before it answers. The weakest of them decides. */
export async function readDurability(client: RedisClient): Promise<Durability> {
  const masters = client instanceof Cluster ? client.nodes('master') : [client];
  const found = await Promise.all(masters.map((master) => durabilityOf(master)));
  if (found.includes('volatile')) return 'volatile';
  return found.length === 0 || found.includes('unknown') ? 'unknown' : 'durable';
}

async function durabilityOf(master: Redis): Promise<Durability> {
  try {
    const settings = (await master.config('GET', 'append*')) as string[];
    const valueOf = (name: string): string | undefined => settings[settings.indexOf(name) + 1];
    return valueOf('appendonly') === 'yes' && valueOf('appendfsync') === 'always' ? 'durable' : 'volatile';
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return 'unknown';
    throw error;
  }
}
