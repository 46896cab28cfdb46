import { relayLedger } from '@floopy/application';
import { createKafka, Publisher } from '@floopy/kafka';
import { createRelayStore } from '@floopy/postgres';
import { ledgerPublisher } from '../../apps/ledger-relay/src/ledger/ledger-publisher';
import { operate, type Operated } from '../../apps/operator/test/operate';
import { openUsageFeed, type UsageFeed } from '../support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { testServers } from '../support/servers';
import { catchUp, spending } from '../support/spend-fixture';
import { createTestTopic } from '../support/test-topic';

const LIMITS = { streams: 10, eventsPerStream: 7 };

let database: SeededDatabase;
let feed: UsageFeed;
let ledger: string;
let balance: string;
const kafka = createKafka({ brokers: testServers().kafkaBrokers, clientId: 'test-verify-relay' });
const publisher = new Publisher(kafka);

beforeAll(async () => {
  ledger = await createTestTopic('verified-ledger', { partitions: 2 });
  balance = await createTestTopic('verified-balance');
  database = await createSeededDatabase();
  feed = await openUsageFeed(database.pool);
  await feed.apply(Array.from({ length: 20 }, (_, n) => spending(`a_${n}`, 5)));
  await feed.apply(Array.from({ length: 5 }, (_, n) => spending(`b_${n}`, 5, { organization_id: 'org_globex' })));
  await relay();
  // Not handed on yet, which is no fault.
  await feed.apply([spending('later', 5)]);
});
afterAll(async () => {
  await publisher.disconnect();
  await database.drop();
});

const relay = (): Promise<void> =>
  catchUp(() =>
    relayLedger({
      store: createRelayStore(database.pool, LIMITS),
      publisher: ledgerPublisher(publisher, { ledger, balance }),
    }),
  );

const verify = (settings: Readonly<Record<string, string>> = {}, ...args: string[]): Promise<Operated> =>
  operate(['verify', ...args, '--json'], {
    DATABASE_URL: database.url,
    KAFKA_BROKERS: testServers().kafkaBrokers.join(','),
    LEDGER_TOPIC: ledger,
    ...settings,
  });

async function tamper(sql: string): Promise<void> {
  await database.pool.query(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);
}

describe('verify, of what was handed on to Kafka', () => {
  it('finds each retained record on the ledger, and says how many there are', async () => {
    const { exitCode, json } = await verify();
    expect({ exitCode, mismatches: json['mismatches'], relay: json['relay'] }).toEqual({
      exitCode: 0,
      mismatches: [],
      relay: { topic: ledger, records: 25 },
    });
  });

  it('takes what is handed on a second time for what it is', async () => {
    await database.pool.query('UPDATE relay_checkpoint SET sequence = sequence - 2');
    await relay();
    expect(await verify()).toMatchObject({ exitCode: 0, json: { relay: { records: 30 } } });
  });

  it('names an entry that is another than was handed on, and one that was handed on and is gone', async () => {
    await tamper(`CREATE TABLE kept AS SELECT * FROM ledger_event;
                  UPDATE ledger_event SET hash = sha256(hash) WHERE sequence = 3;
                  DELETE FROM ledger_event WHERE sequence = 5`);
    const { exitCode, json } = await verify();
    await tamper('DELETE FROM ledger_event; INSERT INTO ledger_event SELECT * FROM kept; DROP TABLE kept');
    expect(exitCode).toBe(1);
    for (const organization_id of ['org_acme', 'org_globex']) {
      expect(json['mismatches']).toContainEqual(
        expect.objectContaining({ kind: 'relayed_entry', organization_id, position: 3 }),
      );
      expect(json['mismatches']).toContainEqual(
        expect.objectContaining({
          kind: 'relayed_entry',
          organization_id,
          position: 5,
          expected: 'no such entry of the ledger',
        }),
      );
    }
  });

  it('names what was handed on and is not in the topic, and another topic that has nothing of it', async () => {
    await feed.apply([spending('lost', 5)]);
    await database.pool.query('UPDATE relay_checkpoint SET sequence = sequence + 1 WHERE sequence > 10');
    const left = (await verify()).json['mismatches'];
    await database.pool.query('UPDATE relay_checkpoint SET sequence = sequence - 1 WHERE sequence > 10');
    expect(left).toEqual([expect.objectContaining({ kind: 'relay_gap', organization_id: 'org_acme', position: 22 })]);
    const elsewhere = (await verify({ LEDGER_TOPIC: `${ledger}.absent` })).json['mismatches'];
    expect(elsewhere).toEqual([
      expect.objectContaining({ kind: 'relay_gap', organization_id: 'org_acme', found: 'no record of its stream' }),
      expect.objectContaining({ kind: 'relay_gap', organization_id: 'org_globex' }),
    ]);
  });

  it('misses nothing that retention may have dropped', async () => {
    const before = `recorded_at = recorded_at - interval '40 days'`;
    await tamper(`UPDATE ledger_event SET ${before}; UPDATE organization_head SET ${before}`);
    const { json } = await verify({ LEDGER_TOPIC: `${ledger}.absent` });
    await tamper(`UPDATE ledger_event SET recorded_at = recorded_at + interval '40 days';
                  UPDATE organization_head SET recorded_at = recorded_at + interval '40 days'`);
    const kinds = (json['mismatches'] as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds).not.toContain('relay_gap');
  });

  it('names a partition that is applied further than its log goes, and one that the topic has not', async () => {
    const usage = await createTestTopic('verified-usage');
    const moved = await openUsageFeed(database.pool, usage);
    expect(await verify({ USAGE_TOPIC: usage })).toMatchObject({ exitCode: 0, json: { usage_log: { topic: usage } } });
    await moved.apply([spending('moved', 5)]);
    await openUsageFeed(database.pool, usage, 7);
    const { exitCode, json } = await verify({ USAGE_TOPIC: usage });
    expect({ exitCode, mismatches: json['mismatches'] }).toEqual({
      exitCode: 1,
      mismatches: [
        {
          kind: 'partition_log_end',
          subject: `${usage}[0]`,
          expected: 'at most 0, where its log ends',
          found: '1',
        },
        { kind: 'partition_log_end', subject: `${usage}[7]`, expected: 'a partition of the topic', found: '0' },
      ],
    });
  });

  it('exits 3 where Kafka is away, says how to go without it, and then says that it did', async () => {
    const away = { KAFKA_BROKERS: '127.0.0.1:1' };
    const { exitCode, error } = await verify(away);
    expect({ exitCode, error }).toEqual({ exitCode: 3, error: expect.stringContaining('--without-kafka') });
    expect(await verify(away, '--without-kafka')).toMatchObject({
      exitCode: 0,
      json: { ok: true, relay: { left_out: '--without-kafka' }, usage_log: { left_out: '--without-kafka' } },
    });
  });
});
