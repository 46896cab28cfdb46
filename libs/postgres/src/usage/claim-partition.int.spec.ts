import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { queriesOf } from '../connection/queries';
import { claimPartition } from './claim-partition';

describe('claimPartition', () => {
  let database: SeededDatabase;

  beforeAll(async () => {
    database = await createSeededDatabase();
  });

  afterAll(() => database.drop());

  const claim = (partition: number, earliest = 0) =>
    claimPartition(queriesOf(database.pool), 'usage', partition, earliest);

  it('raises the epoch with every claim, and begins where the log began when it was first claimed', async () => {
    const claims = [await claim(0, 40), await claim(0, 70), await claim(0, 70)];
    expect(claims.map(({ epoch, firstOffset }) => [epoch, firstOffset])).toEqual([
      [1, 40],
      [2, 40],
      [3, 40],
    ]);
  });

  it('gives claims at the same time epochs of their own, also when they are the first', async () => {
    const claims = await Promise.all(Array.from({ length: 8 }, () => claim(1)));
    expect(new Set(claims.map(({ epoch }) => epoch))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
  });

  it('takes no number for a partition that has one: there are few of them', async () => {
    await claim(2);
    const before = await keyOf(2);
    for (let times = 0; times < 20; times += 1) await claim(2);
    await claim(3);
    expect((await keyOf(3)) - before).toBe(1);
  });

  async function keyOf(partition: number): Promise<number> {
    const { rows } = await database.pool.query<{ key: number }>(
      "SELECT partition_key AS key FROM ingest_partition WHERE topic = 'usage' AND partition = $1",
      [partition],
    );
    return rows[0]?.key ?? -1;
  }
});
