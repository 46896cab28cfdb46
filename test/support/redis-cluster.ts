import { Redis } from 'ioredis';
import type { EmbeddedRedis } from '../../deploy/local/embedded-redis';
import { startRedis } from './redis';
import { until } from './until';

const SLOTS = 16_384;
const NODES = 3;

/** A real Redis Cluster of three masters, which share the slots. */
export interface RedisCluster {
  /** All nodes, separated by commas. */
  readonly url: string;
  readonly nodes: readonly EmbeddedRedis[];
  stop(): Promise<void>;
}

/** Joins the nodes by commands, since only the server's program is at hand. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const settings = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000' };
  const nodes = await Promise.all(Array.from({ length: NODES }, () => startRedis(settings)));
  const clients = nodes.map(({ url }) => new Redis(url));
  try {
    await Promise.all(clients.map((client, index) => client.call('CLUSTER', 'ADDSLOTS', ...slotsOf(index))));
    const [first] = clients;
    for (const { port } of nodes) await first?.call('CLUSTER', 'MEET', '127.0.0.1', String(port));
    for (const client of clients) {
      await until(
        async () => String(await client.call('CLUSTER', 'INFO')),
        (told) => told.includes('cluster_state:ok') && told.includes(`cluster_known_nodes:${NODES}`),
      );
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
  return {
    url: nodes.map(({ url }) => url).join(','),
    nodes,
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

function slotsOf(index: number): string[] {
  const from = Math.floor((SLOTS * index) / NODES);
  const to = Math.floor((SLOTS * (index + 1)) / NODES);
  return Array.from({ length: to - from }, (_, slot) => String(from + slot));
}
