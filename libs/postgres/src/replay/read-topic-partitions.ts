import type { ProvenPartition } from '@floopy/application';
import type { Queries } from '../connection/queries';

type PartitionRow = {
  readonly partition_key: number;
  readonly partition: number;
} & Readonly<Record<'first_offset' | 'next_offset' | 'applied' | 'duplicates' | 'parked' | 'skipped', string>>;

/** What each partition of a topic has come to, in its latest incarnation; one that nobody has claimed is absent. */
export async function readTopicPartitions(queries: Queries, topic: string): Promise<ProvenPartition[]> {
  const rows = await queries.query<PartitionRow>({
    name: 'read_topic_partitions',
    text: `
      SELECT DISTINCT ON (partition)
             partition_key, partition, first_offset, next_offset, applied, duplicates, parked, skipped
        FROM ingest_partition
       WHERE topic = $1
       ORDER BY partition, incarnation DESC`,
    values: [topic],
  });
  return rows.map((row) => ({
    ingestPartition: row.partition_key,
    partition: row.partition,
    firstOffset: Number(row.first_offset),
    nextOffset: Number(row.next_offset),
    applied: Number(row.applied),
    duplicates: Number(row.duplicates),
    parked: Number(row.parked),
    skipped: Number(row.skipped),
  }));
}
