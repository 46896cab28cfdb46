import { decodeLedgerMessage } from '@floopy/contracts';
import { hashLedgerEvent } from '@floopy/domain';
import { createLogger, parseConfig, sha256, Shutdown } from '@floopy/runtime';
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import { ledgerRelayConfigSchema } from '../../apps/ledger-relay/src/config';
import { startLedgerRelay } from '../../apps/ledger-relay/src/start-ledger-relay';
import { type RunningConsumer, startConsumer } from '../support/running-consumer';
import { SEEDED_ORGANIZATIONS } from '../support/seeded-database';
import { testServers } from '../support/servers';
import { createTestTopic } from '../support/test-topic';
import { createUsageFixture, type UsageFixture } from '../support/usage-fixture';
import { until } from '../support/until';
import { aPlainUsage, recordOf } from '../support/usage-records';

const EVENTS = 240;

interface Heard {
  readonly ledger: KafkaMessage[];
  readonly balance: KafkaMessage[];
  readonly deadLetters: KafkaMessage[];
}

describe('the ledger relay', () => {
  let fixture: UsageFixture;
  let consumer: RunningConsumer;
  let topics: { ledger: string; balance: string; deadLetters: string };
  const heard: Heard = { ledger: [], balance: [], deadLetters: [] };
  const kafka = new Kafka({ brokers: testServers().kafkaBrokers, logLevel: logLevel.NOTHING });
  const listener = kafka.consumer({ groupId: `listener.${Date.now()}` });

  beforeAll(async () => {
    fixture = await createUsageFixture(3);
    const compacted = { settings: { 'cleanup.policy': 'compact' } };
    topics = {
      ledger: await createTestTopic('ledger', { partitions: 3 }),
      balance: await createTestTopic('balance', compacted),
      deadLetters: await createTestTopic('dead-letters'),
    };
    consumer = await startConsumer({ databaseUrl: fixture.database.url, topic: fixture.topic });
    await listener.connect();
    await listener.subscribe({ topics: Object.values(topics), fromBeginning: true });
    await listener.run({
      eachMessage: ({ topic, message }) => {
        const name = (Object.keys(topics) as (keyof typeof topics)[]).find((key) => topics[key] === topic);
        if (name !== undefined) heard[name].push(message);
        return Promise.resolve();
      },
    });
  });

  afterAll(async () => {
    await listener.disconnect();
    await consumer.stop();
    await fixture.close();
  });

  async function startRelay(): Promise<Shutdown> {
    const log = createLogger({ app: 'ledger-relay', level: 'silent' });
    const parsed = parseConfig(ledgerRelayConfigSchema, {
      DATABASE_URL: fixture.database.url,
      KAFKA_BROKERS: testServers().kafkaBrokers.join(','),
      LEDGER_TOPIC: topics.ledger,
      BALANCE_TOPIC: topics.balance,
      DEAD_LETTER_TOPIC: topics.deadLetters,
      PORT: '0',
    });
    if (parsed.type === 'faulty') throw new Error(parsed.message);
    const shutdown = new Shutdown({ log, exit: () => undefined });
    await startLedgerRelay(parsed.config, log, shutdown);
    return shutdown;
  }

  async function sendEvents(from: number, to: number): Promise<void> {
    const records = Array.from({ length: to - from }, (_, index) => {
      const number = from + index;
      const organization = SEEDED_ORGANIZATIONS[number % SEEDED_ORGANIZATIONS.length] ?? '';
      return recordOf(
        aPlainUsage({ id: `evt_${number}`, body: { organization_id: organization, request_id: `req_${number}` } }),
      );
    });
    await fixture.send(...records);
    await fixture.untilPassed(to);
  }

  it('hands every event on in order, with a chain that a stranger can verify, through a restart and with a rival', async () => {
    await sendEvents(0, EVENTS / 2);
    const first = await startRelay();
    const rival = await startRelay();
    await until(
      () => heard.ledger.length,
      (count) => count >= EVENTS / 2,
    );
    await first.stop();
    await sendEvents(EVENTS / 2, EVENTS);
    await until(
      () => heard.ledger.length,
      (count) => count >= EVENTS,
    );
    await rival.stop();

    for (const organization of SEEDED_ORGANIZATIONS) {
      const events = heard.ledger.filter(({ key }) => String(key) === organization).map(decoded);
      expect(events.map(({ event }) => event.sequence)).toEqual(
        Array.from({ length: EVENTS / SEEDED_ORGANIZATIONS.length }, (_, index) => index + 1),
      );
      for (const { event, previousHash } of events) {
        expect(hashLedgerEvent(event, previousHash, sha256)).toBe(event.hash);
      }
    }
  });

  it('tells the newest balance of each organization, with its position', async () => {
    const relay = await startRelay();
    const last = await until(
      () => heard.balance.filter(({ key }) => String(key) === 'org_acme').map(({ value }) => JSON.parse(String(value))),
      (messages) => messages.at(-1)?.position === EVENTS / 3,
    );
    await relay.stop();
    expect(last.at(-1)).toMatchObject({
      balance: '-201.1400000000',
      requests: { used: EVENTS / 3, included: 1_000 },
      position: EVENTS / 3,
    });
  });

  it('tells the dead-letter topic of parked records, with their bytes', async () => {
    await fixture.send({ key: 'org_acme', value: Buffer.from([0xff, 0x00]) }, { key: null, value: null });
    await fixture.untilPassed(EVENTS + 2);
    const relay = await startRelay();
    await until(
      () => heard.deadLetters.length,
      (count) => count === 2,
    );
    await relay.stop();
    // They lie in different partitions, which are read in no certain order.
    const keyed = heard.deadLetters.filter(({ key }) => key !== null);
    const keyless = heard.deadLetters.filter(({ key }) => key === null);
    expect([...keyed, ...keyless].map(({ key, value }) => [key, value])).toEqual([
      [Buffer.from('org_acme'), Buffer.from([0xff, 0x00])],
      [null, null],
    ]);
    expect(heard.deadLetters.map(({ headers }) => String(headers?.['dead_letter_reason']))).toEqual([
      'undecodable',
      'undecodable',
    ]);
  });
});

function decoded({ value }: KafkaMessage): Extract<ReturnType<typeof decodeLedgerMessage>, { type: 'ledger_event' }> {
  const outcome = decodeLedgerMessage(value ?? Buffer.alloc(0));
  if (outcome.type === 'rejected') throw new Error(JSON.stringify(outcome));
  return outcome;
}
