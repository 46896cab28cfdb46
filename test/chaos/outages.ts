import { Client } from 'pg';
import type { PostgresProxy } from '../support/postgres-proxy';
import type { TcpProxy } from '../support/tcp-proxy';
import type { DrillGround } from './drill-ground';
import { ask } from './watch-offsets';

export const OUTAGES = [
  'network cut to Postgres',
  'network cut to the broker',
  'Postgres slow',
  'Postgres full',
  'Postgres stuck',
  'broker stuck',
] as const;
export type Outage = (typeof OUTAGES)[number];

/** What may be broken: servers, and the proxies through which they are reached. */
interface Breakable {
  readonly ground: DrillGround;
  readonly postgres: PostgresProxy;
  readonly broker: TcpProxy;
}

type End = () => void | Promise<void>;

const SLOW_MS = 100;
const TOO_MANY_CONNECTIONS = '53300';

/** @returns what ends it. */
export async function begin(outage: Outage, { ground, postgres, broker }: Breakable): Promise<End> {
  const { kafka, databaseUrl } = ground;
  switch (outage) {
    case 'network cut to Postgres':
      postgres.setGone(true);
      return () => postgres.setGone(false);
    case 'network cut to the broker':
      broker.mute(true);
      return () => broker.mute(false);
    case 'Postgres slow':
      postgres.setDelay(SLOW_MS);
      return () => postgres.setDelay(0);
    case 'Postgres full':
      return takeEveryConnection(databaseUrl);
    case 'Postgres stuck':
      return lockLedger(databaseUrl);
    case 'broker stuck':
      for (const pid of kafka.pids()) process.kill(pid, 'SIGSTOP');
      return () => kafka.pids().forEach((pid) => process.kill(pid, 'SIGCONT'));
  }
}

/** Nobody reads or writes the ledger until this ends. */
async function lockLedger(databaseUrl: string): Promise<End> {
  const client = await connect(databaseUrl);
  await client.query('BEGIN; LOCK TABLE ledger_event IN ACCESS EXCLUSIVE MODE');
  return () => client.end();
}

/** Postgres takes no more connections, and those of the consumer were taken from it. */
async function takeEveryConnection(databaseUrl: string): Promise<End> {
  const keeper = await connect(databaseUrl);
  const taken = [keeper];
  const takeAll = async (): Promise<void> => {
    try {
      for (;;) taken.push(await connect(databaseUrl));
    } catch (error) {
      if ((error as { code?: string }).code !== TOO_MANY_CONNECTIONS) throw error;
    }
  };
  await takeAll();
  for (let left = 1; left > 0;) {
    const { rowCount } = await keeper.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'usage-consumer'",
    );
    left = rowCount ?? 0;
    await takeAll();
  }
  return async () => {
    await Promise.all(taken.map((client) => client.end()));
    await ask(databaseUrl, 'SELECT 1');
  };
}

async function connect(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'drill' });
  await client.connect();
  return client;
}
