import type { LockedPartition } from '@floopy/application';
import { onlyRow, type Queries } from '../connection/queries';

interface PartitionRow {
  readonly partition_key: number;
  readonly epoch: string;
  readonly next_offset: string;
  readonly published_prices: string;
}

/**
 * Locks the row of a partition's latest incarnation until the transaction ends, and reads which prices are published.
 * A reader that was replaced waits here for its successor's batch, and then finds another epoch.
 */
export async function lockPartition(transaction: Queries, topic: string, partition: number): Promise<LockedPartition> {
  const rows = await transaction.query<PartitionRow>({
    name: 'lock_partition',
    text: `
      SELECT partition_key, epoch, next_offset, (SELECT version FROM published_prices) AS published_prices
        FROM ingest_partition
       WHERE topic = $1 AND partition = $2
       ORDER BY incarnation DESC
       LIMIT 1
         FOR UPDATE OF ingest_partition`,
    values: [topic, partition],
  });
  const row = onlyRow(rows);
  return {
    ingestPartition: row.partition_key,
    epoch: Number(row.epoch),
    nextOffset: Number(row.next_offset),
    publishedPrices: Number(row.published_prices),
  };
}
