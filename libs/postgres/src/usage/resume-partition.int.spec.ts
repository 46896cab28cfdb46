import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { queriesOf, type Queries } from '../connection/queries';
import { claimPartition } from './claim-partition';
import { haltPartition } from './halt-partition';
import { listPartitions } from './list-partitions';
import { resumePartition } from './resume-partition';

const PLACE = { topic: 'usage', partition: 0 };

describe('resumePartition', () => {
  let database: SeededDatabase;
  let queries: Queries;

  beforeEach(async () => {
    database = await createSeededDatabase();
    queries = queriesOf(database.pool);
    await claimPartition(queries, PLACE.topic, PLACE.partition, 40);
  });

  afterEach(() => database.drop());

  const halt = (epoch: number): Promise<void> => haltPartition(queries, { ...PLACE, epoch, reason: 'gone' });
  const claim = () => claimPartition(queries, PLACE.topic, PLACE.partition, 0);

  it('leaves what is not halted, or not halted there, as it is', async () => {
    expect(await resumePartition(queries, { ...PLACE, haltedAt: 40, beginsAt: 50 })).toBeNull();
    await halt(1);
    expect(await resumePartition(queries, { ...PLACE, haltedAt: 41, beginsAt: 50 })).toBeNull();
    expect(await listPartitions(queries, PLACE.topic)).toMatchObject([{ nextOffset: 40, halted: 'gone' }]);
  });

  it('clears the mark where it goes on, and begins an incarnation where it does not', async () => {
    await halt(1);
    expect(await resumePartition(queries, { ...PLACE, haltedAt: 40, beginsAt: null })).toBe(1);
    expect(await claim()).toMatchObject({ epoch: 3, firstOffset: 40, halted: null });
    await halt(3);
    expect(await resumePartition(queries, { ...PLACE, haltedAt: 40, beginsAt: 7 })).toBe(2);
    expect(await claim()).toEqual({ epoch: 5, firstOffset: 7, nextOffset: 7, lastRecord: null, halted: null });
    expect(await listPartitions(queries, PLACE.topic)).toMatchObject([
      { incarnation: 1, firstOffset: 40, nextOffset: 40, halted: 'gone' },
      { incarnation: 2, firstOffset: 7, nextOffset: 7, halted: null },
    ]);
  });

  it('shuts out whoever claimed before: nothing is written, and nothing halted, under that claim', async () => {
    await halt(1);
    await resumePartition(queries, { ...PLACE, haltedAt: 40, beginsAt: 50 });
    await halt(1);
    const { rows } = await database.pool.query('SELECT epoch::int, halted FROM ingest_partition ORDER BY incarnation');
    expect(rows).toEqual([
      { epoch: 2, halted: 'gone' },
      { epoch: 2, halted: null },
    ]);
  });
});
