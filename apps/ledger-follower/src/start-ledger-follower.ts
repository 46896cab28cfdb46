import { followSpend } from '@floopy/application';
import { createPool, createSpendFollowerStore } from '@floopy/postgres';
import { createMetrics, HealthChecks, type Log, runRounds, serveHealth, type Shutdown } from '@floopy/runtime';
import type { LedgerFollowerConfig } from './config';

export const APP = 'ledger-follower';

const LIMITS = { streams: 200, eventsPerStream: 1_000 };
/** One for each loop. */
const MAX_CONNECTIONS = 1;

/** Opens what the follower needs and begins to absorb; every part is named to `shutdown`. */
export async function startLedgerFollower(
  config: LedgerFollowerConfig,
  log: Log,
  shutdown: Pick<Shutdown, 'add' | 'signal'>,
): Promise<{ readonly healthUrl: string }> {
  const metrics = createMetrics(APP);
  const pool = createPool({
    url: config.DATABASE_URL,
    role: 'floopy_writer',
    applicationName: APP,
    maxConnections: MAX_CONNECTIONS,
    onIdleError: (error) => log.warn({ error }, 'postgres_connection_lost'),
  });
  shutdown.add('postgres', () => pool.end());

  const checks = new HealthChecks();
  const health = await serveHealth({ host: config.HOST, port: config.PORT, checks, metrics });
  shutdown.add('health', () => health.close());

  const ports = { store: createSpendFollowerStore(pool, LIMITS) };
  const rounds = { spend: () => followSpend(ports) };
  for (const [name, round] of Object.entries(rounds)) {
    const help = `Ledger entries absorbed: ${name}.`;
    const follower = runRounds({ kind: 'follower', name, help, round, log, metrics }, shutdown.signal);
    checks.add(name, follower.health);
    shutdown.add(name, () => follower.ended);
  }
  return { healthUrl: health.url };
}
