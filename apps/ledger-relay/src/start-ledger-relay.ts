import { relayDeadLetters, relayLedger } from '@floopy/application';
import { createKafka, Publisher } from '@floopy/kafka';
import { createDeadLetterRelayStore, createPool, createRelayStore } from '@floopy/postgres';
import { kafkaConnectionOf, type Log, openWorker, type Shutdown } from '@floopy/runtime';
import type { LedgerRelayConfig } from './config';
import { deadLetterPublisher } from './dead-letters/dead-letter-publisher';
import { ledgerPublisher } from './ledger/ledger-publisher';

export const APP = 'ledger-relay';

const LIMITS = { streams: 500, eventsPerStream: 500 };
const DEAD_LETTERS_PER_ROUND = 100;
/** One for each relay. */
const MAX_CONNECTIONS = 2;

/** Opens what the relay needs and begins to hand on; every part is named to `shutdown`. */
export async function startLedgerRelay(
  config: LedgerRelayConfig,
  log: Log,
  shutdown: Pick<Shutdown, 'add' | 'signal'>,
): Promise<{ readonly healthUrl: string }> {
  const worker = await openWorker({ app: APP, kind: 'relay', host: config.HOST, port: config.PORT, log, shutdown });
  const pool = createPool({
    url: config.DATABASE_URL,
    role: 'floopy_writer',
    applicationName: APP,
    maxConnections: MAX_CONNECTIONS,
    onIdleError: (error) => log.warn({ error }, 'postgres_connection_lost'),
  });
  shutdown.add('postgres', () => pool.end());

  const kafka = createKafka({
    ...kafkaConnectionOf(config),
    clientId: APP,
    // It repeats every failed attempt; what is failing is said once, by the relay.
    onLog: ({ message, detail }) => log.debug({ kafka: detail, message }, 'kafka_client'),
  });
  const publisher = new Publisher(kafka);
  shutdown.add('kafka', () => publisher.disconnect());

  const ledgerPorts = {
    store: createRelayStore(pool, LIMITS),
    publisher: ledgerPublisher(publisher, { ledger: config.LEDGER_TOPIC, balance: config.BALANCE_TOPIC }),
  };
  const deadLetterPorts = {
    store: createDeadLetterRelayStore(pool, DEAD_LETTERS_PER_ROUND),
    publisher: deadLetterPublisher(publisher, config.DEAD_LETTER_TOPIC),
  };
  const rounds = {
    ledger_events: () => relayLedger(ledgerPorts),
    dead_letters: () => relayDeadLetters(deadLetterPorts),
  };
  for (const [name, round] of Object.entries(rounds)) {
    worker.repeat({ name, help: `Handed on to Kafka: ${name}.`, round });
  }
  return { healthUrl: worker.healthUrl };
}
