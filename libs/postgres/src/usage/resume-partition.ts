import type { Queries } from '../connection/queries';

export interface PartitionResumption {
  readonly topic: string;
  readonly partition: number;
  /** Where it was found to be halted. */
  readonly haltedAt: number;
  /** Where a new incarnation begins to read; null for the one that there is, which goes on where it is. */
  readonly beginsAt: number | null;
}

/**
 * Has a halted partition read on. What an incarnation has come to stays as it is when another one begins behind it, so
 * that offsets which nobody has applied are in none of them. Whoever claimed the partition before can write no more.
 *
 * @returns the incarnation that is read from now on; null when it is not halted there any more
 */
export async function resumePartition(queries: Queries, resumption: PartitionResumption): Promise<number | null> {
  const { topic, partition, haltedAt, beginsAt } = resumption;
  const rows = await queries.query<{ incarnation: number }>({
    name: 'resume_partition',
    text: `
      WITH halted AS (
        UPDATE ingest_partition
           SET epoch = epoch + 1, halted = CASE WHEN $4::int8 IS NULL THEN NULL ELSE halted END
         WHERE topic = $1 AND partition = $2 AND halted IS NOT NULL AND next_offset = $3
           AND incarnation = (SELECT max(incarnation) FROM ingest_partition WHERE topic = $1 AND partition = $2)
        RETURNING topic, incarnation, partition, epoch
      ), begun AS (
        INSERT INTO ingest_partition (topic, incarnation, partition, first_offset, next_offset, epoch)
        SELECT topic, incarnation + 1, partition, $4, $4, epoch FROM halted WHERE $4::int8 IS NOT NULL
        RETURNING incarnation
      )
      SELECT incarnation FROM begun UNION ALL SELECT incarnation FROM halted ORDER BY incarnation DESC LIMIT 1`,
    values: [topic, partition, haltedAt, beginsAt],
  });
  return rows[0]?.incarnation ?? null;
}
