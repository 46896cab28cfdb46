import { relayLedger } from '@floopy/application';
import { createKafka, Publisher } from '@floopy/kafka';
import { createPool, createRelayStore } from '@floopy/postgres';
import { createMetrics, HealthChecks, type Log, serveHealth, type Shutdown } from '@floopy/runtime';
import type { LedgerRelayConfig } from './config';
import { ledgerPublisher } from './ledger/ledger-publisher';
import { runRelay } from './run-relay';

export const APP = 'ledger-relay';

const LIMITS = { streams: 500, eventsPerStream: 500 };
const MAX_CONNECTIONS = 2;

/** Opens what the relay needs and begins to hand on; every part is named to `shutdown`. */
export async function startLedgerRelay(
  config: LedgerRelayConfig,
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

  const kafka = createKafka({
    brokers: config.KAFKA_BROKERS,
    clientId: APP,
    onLog: ({ level, message, detail }) =>
      log[level === 'info' ? 'debug' : level]({ kafka: detail, message }, 'kafka_client'),
  });
  const publisher = new Publisher(kafka);
  shutdown.add('kafka', () => publisher.disconnect());

  const store = createRelayStore(pool, LIMITS);
  const topics = { ledger: config.LEDGER_TOPIC, balance: config.BALANCE_TOPIC };
  const ports = { store, publisher: ledgerPublisher(publisher, topics) };
  const ledger = runRelay({ name: 'ledger_events', round: () => relayLedger(ports), log, metrics }, shutdown.signal);
  checks.add('ledger', ledger.health);
  shutdown.add('ledger', () => ledger.ended);
  return { healthUrl: health.url };
}
