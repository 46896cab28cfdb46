import { followSpend } from '@floopy/application';
import { createPool, createSpendFollowerStore } from '@floopy/postgres';
import { type Log, openWorker, type Shutdown } from '@floopy/runtime';
import { followAlerts } from './alerts/follow-alerts';
import type { LedgerFollowerConfig } from './config';

export const APP = 'ledger-follower';

const LIMITS = { streams: 200, eventsPerStream: 1_000 };
/** One for each loop, and some for attempts that end at once. */
const MAX_CONNECTIONS = 8;

/** Opens what the follower needs and begins to absorb, and to alert; every part is named to `shutdown`. */
export async function startLedgerFollower(
  config: LedgerFollowerConfig,
  log: Log,
  shutdown: Pick<Shutdown, 'add' | 'signal'>,
): Promise<{ readonly healthUrl: string }> {
  const worker = await openWorker({ app: APP, kind: 'follower', host: config.HOST, port: config.PORT, log, shutdown });
  const pool = createPool({
    url: config.DATABASE_URL,
    role: 'floopy_writer',
    applicationName: APP,
    maxConnections: MAX_CONNECTIONS,
    // Its statements are short and come again and again: compiling them takes longer than they do.
    settings: { jit: 'off' },
    onIdleError: (error) => log.warn({ error }, 'postgres_connection_lost'),
  });
  shutdown.add('postgres', () => pool.end());

  const spendPorts = { store: createSpendFollowerStore(pool, LIMITS) };
  worker.repeat({ name: 'spend', help: 'Ledger entries absorbed: spend.', round: () => followSpend(spendPorts) });
  followAlerts({ config, pool, worker, log, shutdown });
  return { healthUrl: worker.healthUrl };
}
