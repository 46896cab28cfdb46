import type { Queries } from '../connection/queries';

/** What one partition of a topic came to in one incarnation: from `firstOffset` on, everything before `nextOffset`. */
export interface ListedPartition {
  readonly partition: number;
  /** 1, and one more each time an operator had reading go on elsewhere in the log. */
  readonly incarnation: number;
  readonly firstOffset: number;
  readonly nextOffset: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly parked: number;
  readonly skipped: number;
  /** Why it is not read any further, if it is not; of an earlier incarnation, why it ended. */
  readonly halted: string | null;
}

type PartitionRow = {
  readonly partition: number;
  readonly incarnation: number;
  readonly halted: string | null;
} & Readonly<Record<'first_offset' | 'next_offset' | 'applied' | 'duplicates' | 'parked' | 'skipped', string>>;

/** Every incarnation of every partition of a topic, the latest of each last; none of one that nobody has claimed. */
export async function listPartitions(queries: Queries, topic: string): Promise<ListedPartition[]> {
  const rows = await queries.query<PartitionRow>({
    name: 'list_partitions',
    text: `
      SELECT partition, incarnation, first_offset, next_offset, applied, duplicates, parked, skipped, halted
        FROM ingest_partition
       WHERE topic = $1
       ORDER BY partition, incarnation`,
    values: [topic],
  });
  return rows.map((row) => ({
    partition: row.partition,
    incarnation: row.incarnation,
    firstOffset: Number(row.first_offset),
    nextOffset: Number(row.next_offset),
    applied: Number(row.applied),
    duplicates: Number(row.duplicates),
    parked: Number(row.parked),
    skipped: Number(row.skipped),
    halted: row.halted,
  }));
}
