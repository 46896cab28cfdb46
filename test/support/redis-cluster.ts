import { Redis } from 'ioredis';
import type { EmbeddedRedis } from '../../deploy/local/embedded-redis';
import { startRedis } from './redis';
import { until } from './until';

const SLOTS = 16_384;
const NODES = 3;

/** A real Redis Cluster of three masters, which share the slots, and of replicas where they are asked for. */
export interface RedisCluster {
  /** All nodes, separated by commas. */
  readonly url: string;
  /** The masters, as long as none of them fails. */
  readonly nodes: readonly EmbeddedRedis[];
  /** One of each master, in their order; none where they were not asked for. */
  readonly replicas: readonly EmbeddedRedis[];
  stop(): Promise<void>;
}

/** Joins the nodes by commands, since only the server's program is at hand. */
export async function startRedisCluster({ replicated = false } = {}): Promise<RedisCluster> {
  const settings = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000' };
  const start = (): Promise<EmbeddedRedis[]> => Promise.all(Array.from({ length: NODES }, () => startRedis(settings)));
  const [nodes, replicas] = [await start(), replicated ? await start() : []];
  const all = [...nodes, ...replicas];
  const clients = all.map(({ url }) => new Redis(url));
  try {
    await Promise.all(
      clients.slice(0, NODES).map((client, index) => client.call('CLUSTER', 'ADDSLOTS', ...slotsOf(index))),
    );
    const [first] = clients;
    for (const { port } of all) await first?.call('CLUSTER', 'MEET', '127.0.0.1', String(port));
    for (const client of clients) await untilAllAreKnown(client, all.length);
    for (const [index, client] of clients.entries()) {
      if (index >= NODES) await replicate(client, clients[index - NODES]);
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
  return {
    url: all.map(({ url }) => url).join(','),
    nodes,
    replicas,
    stop: async () => {
      await Promise.all(all.map((node) => node.stop()));
    },
  };
}

async function untilAllAreKnown(client: Redis, count: number): Promise<void> {
  await until(
    async () => String(await client.call('CLUSTER', 'INFO')),
    (told) => told.includes('cluster_state:ok') && told.includes(`cluster_known_nodes:${count}`),
  );
}

async function replicate(replica: Redis, master: Redis | undefined): Promise<void> {
  const id = String(await master?.call('CLUSTER', 'MYID'));
  await replica.call('CLUSTER', 'REPLICATE', id);
  await until(
    async () => String(await replica.call('INFO', 'replication')),
    (told) => told.includes('master_link_status:up'),
  );
}

function slotsOf(index: number): string[] {
  const from = Math.floor((SLOTS * index) / NODES);
  const to = Math.floor((SLOTS * (index + 1)) / NODES);
  return Array.from({ length: to - from }, (_, slot) => String(from + slot));
}
