import type { LockedPartitions, PartitionPlace } from '@floopy/application';
import { assert } from '@floopy/domain';
import { int4Array, textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

interface PartitionRow {
  /** From 1, in the order of the parameters. */
  readonly place: number;
  readonly partition_key: number;
  readonly epoch: string;
  readonly next_offset: string;
  readonly published_prices: string;
}

/**
 * Locks the rows of partitions' latest incarnations until the transaction ends, and reads which prices are published.
 * A reader that was replaced waits here for its successor's batch, and then finds another epoch. Everybody locks in
 * ascending order of place, so that two transactions wait for each other and never in a circle.
 * @throws for a partition that was never claimed.
 */
export async function lockPartitions(
  transaction: Queries,
  places: readonly PartitionPlace[],
): Promise<LockedPartitions> {
  const ordered = places.map((place, index) => ({ ...place, index })).sort(byPlace);
  const rows = await transaction.query<PartitionRow>({
    name: 'lock_partitions',
    text: `
      SELECT wanted.place::int4, locked.partition_key, locked.epoch, locked.next_offset,
             (SELECT version FROM published_prices) AS published_prices
        FROM unnest($1::text[], $2::int4[]) WITH ORDINALITY AS wanted (topic, partition, place)
       CROSS JOIN LATERAL (
               SELECT partition_key, epoch, next_offset
                 FROM ingest_partition
                WHERE ingest_partition.topic = wanted.topic AND ingest_partition.partition = wanted.partition
                ORDER BY incarnation DESC
                LIMIT 1
                  FOR UPDATE) AS locked`,
    values: [textArray(ordered.map(({ topic }) => topic)), int4Array(ordered.map(({ partition }) => partition))],
  });
  const partitions: LockedPartitions['partitions'][number][] = [];
  for (const row of rows) {
    const wanted = ordered[row.place - 1];
    assert(wanted !== undefined, 'only partitions that were asked for are locked');
    partitions[wanted.index] = {
      ingestPartition: row.partition_key,
      epoch: Number(row.epoch),
      nextOffset: Number(row.next_offset),
    };
  }
  if (rows.length !== places.length) throw new Error(`claimed partitions: ${rows.length} of ${places.length}`);
  return { partitions, publishedPrices: Number(rows[0]?.published_prices) };
}

function byPlace(one: PartitionPlace, other: PartitionPlace): number {
  if (one.topic !== other.topic) return one.topic < other.topic ? -1 : 1;
  return one.partition - other.partition;
}
