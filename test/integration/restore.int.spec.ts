import { adjustBalance, relayLedger } from '@floopy/application';
import { parseAmount } from '@floopy/domain';
import { createKafka, Publisher } from '@floopy/kafka';
import { createAdjustmentStore, createPool, createRelayStore, type DatabasePool } from '@floopy/postgres';
import { ledgerPublisher } from '../../apps/ledger-relay/src/ledger/ledger-publisher';
import { readLedgerTopic } from '../../apps/operator/src/verification/relayed-topic';
import { operate, type Operated } from '../../apps/operator/test/operate';
import { openUsageFeed } from '../support/applied-usage';
import { CLOCK_AND_HASH, seedOrganizations } from '../support/seeded-database';
import { testServers } from '../support/servers';
import { ACME, catchUp, spending } from '../support/spend-fixture';
import { copyTestDatabase, createTestDatabase, type TestDatabase } from '../support/test-database';
import { createTestTopic } from '../support/test-topic';

const LIMITS = { streams: 10, eventsPerStream: 100 };
const BEFORE = ['evt_1', 'evt_2', 'evt_3'].map((id) => spending(id, 5));
const AFTER = ['evt_4', 'evt_5', 'evt_6'].map((id) => spending(id, 5));
const GIFT = 'gift-1';

const kafka = createKafka({ brokers: testServers().kafkaBrokers, clientId: 'test-restore' });
const publisher = new Publisher(kafka);
let lost: TestDatabase;
let restored: TestDatabase;
let ledger: string;
let balance: string;

/** Lives for a while on a database, hands on what it wrote, and lets go of it. */
async function live(database: TestDatabase, life: (pool: DatabasePool) => Promise<unknown>): Promise<void> {
  const pool = createPool({ url: database.url, applicationName: 'test', maxConnections: 2, pipeline: true });
  await life(pool);
  const store = createRelayStore(pool, LIMITS);
  await catchUp(() => relayLedger({ store, publisher: ledgerPublisher(publisher, { ledger, balance }) }));
  await pool.end();
}

async function give(pool: DatabasePool): Promise<void> {
  const amount = parseAmount('700');
  if (amount === null) throw new Error('700 is an amount');
  const gift = { organizationId: ACME, amount, reason: 'a gift', idempotencyKey: GIFT };
  await adjustBalance({ store: createAdjustmentStore(pool), ...CLOCK_AND_HASH }, gift);
}

const operator = (database: TestDatabase, ...args: string[]): Promise<Operated> =>
  operate([...args, '--json'], {
    DATABASE_URL: database.url,
    KAFKA_BROKERS: testServers().kafkaBrokers.join(','),
    LEDGER_TOPIC: ledger,
  });

beforeAll(async () => {
  ledger = await createTestTopic('restored-ledger', { partitions: 2 });
  balance = await createTestTopic('restored-balance');
  lost = await createTestDatabase();
  await live(lost, async (pool) => {
    await seedOrganizations(pool, [ACME]);
    await (await openUsageFeed(pool)).apply(BEFORE);
  });
  restored = await copyTestDatabase(lost.url);
  await live(lost, async (pool) => {
    const feed = await openUsageFeed(pool);
    await feed.apply(AFTER.slice(0, 1));
    await give(pool);
    await feed.apply(AFTER.slice(1));
  });
  await operator(lost, 'reverse', ACME, '2', '--reason', 'an error');
  await live(lost, () => Promise.resolve());
});

afterAll(async () => {
  await publisher.disconnect();
  await restored.drop();
  await lost.drop();
});

describe('a ledger that was put back to a backup', () => {
  it('is checked once somebody has said that it was', async () => {
    const { exitCode, error } = await operator(restored, 'restore', 'check');
    expect({ exitCode, error }).toEqual({ exitCode: 2, error: expect.stringContaining('"restore declare"') });
    expect(await operator(restored, 'restore', 'declare', '--reason', 'a try', '--dry-run')).toMatchObject({
      exitCode: 0,
      json: { state: 'would_be_declared' },
    });
    expect(await operator(restored, 'restore', 'declare', '--reason', 'disk lost', '--as', 'ada')).toMatchObject({
      exitCode: 0,
      json: { state: 'declared' },
    });
    expect(await operator(restored, 'restore', 'check')).toMatchObject({
      exitCode: 1,
      json: { ok: false, kept: 3, returned: 0, missing_usage: 3 },
    });
  });

  it('gets its usage from the topic again, and lists what operators have to do again', async () => {
    await live(restored, async (pool) => {
      await (await openUsageFeed(pool)).apply([...AFTER.toReversed(), spending('evt_7', 5)]);
    });
    const { exitCode, json, error } = await operator(restored, 'restore', 'check');
    expect(error).toBe('');
    expect({ exitCode, json }).toMatchObject({
      exitCode: 1,
      json: {
        kept: 3,
        returned: 3,
        missing_usage: 0,
        lost: [
          { organization_id: ACME, sequence: 5, amount: '700.0000000000', reason: 'a gift' },
          { organization_id: ACME, sequence: 8, amount: '0.0050000000', reason: 'an error' },
        ],
      },
    });
    await live(restored, give);
    const again = (await operator(restored, 'restore', 'check')).json['lost'] as { reason: string }[];
    expect(again.map(({ reason }) => reason)).toEqual(['an error']);
  });

  it('tells downstream which history each position is of, and verifies against what it has told', async () => {
    const told: string[] = [];
    await readLedgerTopic({ name: ledger, kafka }, AbortSignal.timeout(30_000), async (records) => {
      for (const { incarnation, entry } of records) told.push(`${incarnation > 0} ${entry?.sequence}`);
      return Promise.resolve();
    });
    const first = [1, 2, 3, 4, 5, 6, 7, 8].map((sequence) => `false ${sequence}`);
    expect(told).toEqual([...first, ...[4, 5, 6, 7, 8].map((sequence) => `true ${sequence}`)]);
    expect(await operator(restored, 'verify')).toMatchObject({
      exitCode: 0,
      json: { mismatches: [], relay: { records: 13 } },
    });
  });
});
