import {
  type BatchRecord,
  type IngestOutcome,
  type IngestPorts,
  ingestUsage,
  type UsageBatch,
} from '@floopy/application';
import { instantOfMilliseconds } from '@floopy/domain';
import { CLOCK_AND_HASH, createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage, batchRecordOf } from '../../../../test/support/usage-records';
import { createPool, type DatabasePool } from '../connection/pool';
import { queriesOf } from '../connection/queries';
import { PriceBookMemory } from '../pricing/price-book-memory';
import { claimPartition } from './claim-partition';
import { createIngestStore, INGEST_SETTINGS } from './ingest-store';

const TOPIC = 'usage';

describe('createIngestStore', () => {
  let database: SeededDatabase;
  let pool: DatabasePool;
  let ports: IngestPorts;

  beforeAll(async () => {
    database = await createSeededDatabase();
    pool = createPool({
      url: database.url,
      role: 'floopy_writer',
      applicationName: 'ingest-store-spec',
      maxConnections: 4,
      settings: INGEST_SETTINGS,
    });
    ports = { store: createIngestStore(pool, new PriceBookMemory(), CLOCK_AND_HASH.sha256), ...CLOCK_AND_HASH };
  });

  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  function claim(partition: number): Promise<{ epoch: number; nextOffset: number }> {
    return claimPartition(queriesOf(pool), TOPIC, partition, 0);
  }

  function aRecord(offset: number, id: string, body: Readonly<Record<string, unknown>> = {}): BatchRecord {
    return batchRecordOf(offset, aPlainUsage({ id, body: { request_id: `req_${id}`, ...body } }));
  }

  function ingest(partition: number, epoch: number, ...records: BatchRecord[]): Promise<IngestOutcome> {
    const continuousFrom = records[0]?.offset ?? 0;
    const continuousUntil = (records.at(-1)?.offset ?? -1) + 1;
    return ingestOne({ partition, epoch, continuousFrom, continuousUntil, records });
  }

  async function ingestOne(batch: Omit<UsageBatch, 'topic'>, through = ports): Promise<IngestOutcome> {
    const [outcome] = await ingestUsage(through, [{ topic: TOPIC, ...batch }]);
    if (outcome === undefined) throw new Error('a batch has an outcome');
    return outcome;
  }

  async function rowsOf(table: string): Promise<number> {
    const { rows } = await database.pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    return rows[0]?.count ?? -1;
  }

  it('writes nothing for a reader whose claim is stale', async () => {
    const stale = await claim(0);
    const current = await claim(0);
    const before = await rowsOf('ledger_event');
    expect(await ingest(0, stale.epoch, aRecord(0, 'zombie'))).toEqual({ type: 'fenced', epoch: current.epoch });
    expect(await rowsOf('ledger_event')).toBe(before);
    expect(await ingest(0, current.epoch, aRecord(0, 'zombie'))).toMatchObject({ type: 'ingested', applied: 1 });
  });

  it('sends a reader back that has left something out', async () => {
    const { epoch } = await claim(1);
    expect(await ingest(1, epoch, aRecord(5, 'early'))).toEqual({ type: 'gap', nextOffset: 0 });
  });

  it('passes a batch once, however often it is handed in', async () => {
    const { epoch } = await claim(2);
    const records = [aRecord(0, 'twice'), aRecord(1, 'thrice')];
    expect(await ingest(2, epoch, ...records)).toMatchObject({ applied: 2, duplicates: 0, nextOffset: 2 });
    expect(await ingestAgain(epoch, records)).toMatchObject({ applied: 0, duplicates: 0, nextOffset: 2 });
  });

  function ingestAgain(epoch: number, records: readonly BatchRecord[]): Promise<IngestOutcome> {
    return ingestOne({ partition: 2, epoch, continuousFrom: 0, continuousUntil: 2, records });
  }

  it('passes offsets that hold no record, and goes on recognising the partition by its last one', async () => {
    const far = 5_000_000_000;
    const claimed = () => claimPartition(queriesOf(pool), TOPIC, 8, far);
    const { epoch } = await claimed();
    await ingest(8, epoch, aRecord(far, 'before a marker'));
    const { lastRecord } = await claimed();
    const pass = (continuousFrom: number, continuousUntil: number, claim: number): Promise<IngestOutcome> =>
      ingestOne({ partition: 8, epoch: claim, continuousFrom, continuousUntil, records: [] });
    expect(await pass(far + 1, far + 4, epoch)).toMatchObject({ type: 'fenced' });
    expect(await pass(far + 1, far + 4, epoch + 1)).toMatchObject({ nextOffset: far + 4, applied: 0, skipped: 3 });
    expect(await pass(far + 1, far + 4, epoch + 1)).toMatchObject({ nextOffset: far + 4, skipped: 0 });
    expect(lastRecord).toMatchObject({ offset: far });
    expect(await claimed()).toMatchObject({ nextOffset: far + 4, lastRecord });
    await pass(far + 4, far + 5, epoch + 2);
    expect(await claimed()).toMatchObject({ nextOffset: far + 5, lastRecord });
    // As the consumer of a former version does, which knows nothing of such stretches.
    await database.pool.query(
      `UPDATE ingest_partition SET next_offset = next_offset + 1, skipped = skipped + 1,
              last_record_digest = gen_random_uuid()
        WHERE partition = 8`,
    );
    expect(await claimed()).toMatchObject({ lastRecord: { offset: far + 5 } });
  });

  it('passes batches of several partitions in one transaction, and refuses those that may not be applied', async () => {
    const [first, second, stale, early] = await Promise.all([claim(10), claim(11), claim(12), claim(13)]);
    const current = await claim(12);
    const batchOf = (partition: number, { epoch }: { epoch: number }, ...records: BatchRecord[]): UsageBatch => {
      const continuousFrom = records[0]?.offset ?? 0;
      return {
        topic: TOPIC,
        partition,
        epoch,
        continuousFrom,
        continuousUntil: continuousFrom + records.length,
        records,
      };
    };
    const outcomes = await ingestUsage(ports, [
      batchOf(13, early, aRecord(3, 'too_early')),
      batchOf(11, second, aRecord(0, 'gathered'), aRecord(1, 'gathered'), aRecord(2, 'another')),
      batchOf(12, stale, aRecord(0, 'stale')),
      batchOf(10, first, aRecord(0, 'gathered', { request_id: 'another' })),
    ]);
    expect(outcomes).toMatchObject([
      { type: 'gap', nextOffset: 0 },
      { type: 'ingested', nextOffset: 3, applied: 2, duplicates: 1, parked: [] },
      { type: 'fenced', epoch: current.epoch },
      { type: 'ingested', nextOffset: 1, applied: 0, parked: [{ offset: 0, reason: 'conflict' }] },
    ]);
    const { rows } = await database.pool.query(
      `SELECT partition, next_offset::int, applied::int, duplicates::int, parked::int,
              (SELECT count(*)::int FROM dead_letter WHERE dead_letter.partition_key = passed.partition_key) AS letters
         FROM ingest_partition AS passed WHERE partition BETWEEN 10 AND 13 ORDER BY partition`,
    );
    expect(rows).toEqual([
      { partition: 10, next_offset: 1, applied: 0, duplicates: 0, parked: 1, letters: 1 },
      { partition: 11, next_offset: 3, applied: 2, duplicates: 1, parked: 0, letters: 0 },
      { partition: 12, next_offset: 0, applied: 0, duplicates: 0, parked: 0, letters: 0 },
      { partition: 13, next_offset: 0, applied: 0, duplicates: 0, parked: 0, letters: 0 },
    ]);
  });

  it('waits for a partition that somebody else is passing, and then finds where it stands', async () => {
    const { epoch } = await claim(14);
    const records = [aRecord(0, 'raced'), aRecord(1, 'raced_too')];
    const outcomes = await Promise.all([ingest(14, epoch, ...records), ingest(14, epoch, ...records)]);
    expect(outcomes.map((outcome) => outcome.type === 'ingested' && [outcome.nextOffset, outcome.applied])).toEqual(
      expect.arrayContaining([
        [2, 2],
        [2, 0],
      ]),
    );
  });

  it('applies an event once when it comes on two partitions at the same moment', async () => {
    const claims = await Promise.all([claim(3), claim(4)]);
    const outcomes = await Promise.all(
      claims.map(({ epoch }, index) => ingest(3 + index, epoch, aRecord(0, 'scattered'), aRecord(1, 'scattered'))),
    );
    const sum = (count: 'applied' | 'duplicates'): number =>
      outcomes.reduce((total, outcome) => total + (outcome.type === 'ingested' ? outcome[count] : 0), 0);
    expect([sum('applied'), sum('duplicates')]).toEqual([1, 3]);
  });

  it('takes the same id two months later as a conflict when its time differs, and as a duplicate when it does not', async () => {
    const { epoch } = await claim(5);
    const september = '2026-09-01T10:00:00.000Z';
    const original = aPlainUsage({ id: 'late' });
    const outcome = await ingest(
      5,
      epoch,
      batchRecordOf(0, original),
      batchRecordOf(1, original),
      batchRecordOf(2, { ...original, time: september }),
    );
    expect(outcome).toMatchObject({ applied: 1, duplicates: 1, parked: [{ offset: 2, reason: 'conflict' }] });
  });

  it('never lets a clock that was set back turn the stream back', async () => {
    const { epoch } = await claim(6);
    const inThePast: IngestPorts = { ...ports, clock: () => instantOfMilliseconds(Date.UTC(2020, 0, 1)) };
    await ingest(6, epoch, aRecord(0, 'now'));
    const then = [aRecord(1, 'then')];
    await ingestOne({ partition: 6, epoch, continuousFrom: 1, continuousUntil: 2, records: then }, inThePast);
    const { rows } = await database.pool.query<{ goes_back: boolean }>(
      `SELECT bool_or(recorded_at < before) AS goes_back
         FROM (SELECT recorded_at, lag(recorded_at) OVER (PARTITION BY organization_key ORDER BY sequence) AS before
                 FROM ledger_event) AS stream`,
    );
    expect(rows).toEqual([{ goes_back: false }]);
  });

  it('keeps what a producer attached beside the ledger, whatever it holds', async () => {
    const { epoch } = await claim(7);
    const metadata = { note: 'a \u0000 and a \ud800 and "quotes"' };
    expect(await ingest(7, epoch, aRecord(0, 'noted', { metadata }))).toMatchObject({ applied: 1 });
    const { rows } = await database.pool.query<{ metadata: string }>('SELECT metadata FROM usage_metadata');
    expect(JSON.parse(rows[0]?.metadata ?? '')).toEqual(metadata);
  });
});
