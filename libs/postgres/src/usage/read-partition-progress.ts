import { type Instant, instantOfMilliseconds } from '@floopy/domain';
import type { Queries } from '../connection/queries';

/** How far one partition of a topic has been applied. */
export interface PartitionProgress {
  readonly partition: number;
  readonly nextOffset: number;
  /** When the broker took the last record that was passed; null when none was yet. */
  readonly appliedUntil: Instant | null;
  /** Why it is not read any further, if it is not. */
  readonly halted: string | null;
}

interface ProgressRow {
  readonly partition: number;
  readonly next_offset: string;
  readonly applied_until: Date | null;
  readonly halted: string | null;
}

/** How far each partition of a topic has been applied, in its latest incarnation; none for one that nobody claimed yet. */
export async function readPartitionProgress(queries: Queries, topic: string): Promise<PartitionProgress[]> {
  const rows = await queries.query<ProgressRow>({
    name: 'read_partition_progress',
    text: `
      SELECT DISTINCT ON (partition) partition, next_offset, applied_until, halted
        FROM ingest_partition
       WHERE topic = $1
       ORDER BY partition, incarnation DESC`,
    values: [topic],
  });
  return rows.map((row) => ({
    partition: row.partition,
    nextOffset: Number(row.next_offset),
    appliedUntil: row.applied_until === null ? null : instantOfMilliseconds(row.applied_until.getTime()),
    halted: row.halted,
  }));
}
