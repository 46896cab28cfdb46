import { onlyRow, type Queries } from '../connection/queries';

/** A partition as its new owner finds it. */
export interface PartitionClaim {
  readonly epoch: number;
  readonly firstOffset: number;
  readonly nextOffset: number;
  /** The last record before `nextOffset`, its digest as 32 hexadecimal digits; null when none was read yet. */
  readonly lastRecord: { readonly offset: number; readonly digest: string } | null;
  /** Why the partition was halted, if it is. */
  readonly halted: string | null;
}

interface ClaimRow {
  readonly epoch: string;
  readonly first_offset: string;
  readonly next_offset: string;
  readonly last_record_offset: string;
  readonly last_record_digest: string | null;
  readonly halted: string | null;
}

/**
 * Claims a partition: raises its epoch, so that whoever held it before can write no more. A partition that is seen
 * for the first time starts at `earliestOffset`, the first that the log still has.
 */
export async function claimPartition(
  queries: Queries,
  topic: string,
  partition: number,
  earliestOffset: number,
): Promise<PartitionClaim> {
  const rows = await queries.query<ClaimRow>({
    name: 'claim_partition',
    // Inserted only where there is none: an insert takes a number for its row even where it then finds one, there are 32,767,
    // and partitions are claimed for years. Two first claims at once still meet in the conflict.
    text: `
      WITH known AS (
        UPDATE ingest_partition SET epoch = epoch + 1
         WHERE topic = $1 AND partition = $2
           AND incarnation = (SELECT max(incarnation) FROM ingest_partition WHERE topic = $1 AND partition = $2)
        RETURNING *
      ), first AS (
        INSERT INTO ingest_partition AS claimed (topic, partition, first_offset, next_offset, epoch)
        SELECT $1, $2, $3, $3, 1 WHERE NOT EXISTS (SELECT FROM known)
        ON CONFLICT (topic, incarnation, partition) DO UPDATE SET epoch = claimed.epoch + 1
        RETURNING *
      )
      SELECT epoch, first_offset, next_offset, last_record_digest, halted,
             CASE WHEN empty_until = next_offset THEN empty_from ELSE next_offset END - 1 AS last_record_offset
        FROM (SELECT * FROM known UNION ALL SELECT * FROM first) AS partition`,
    values: [topic, partition, earliestOffset],
  });
  const row = onlyRow(rows);
  return {
    epoch: Number(row.epoch),
    firstOffset: Number(row.first_offset),
    nextOffset: Number(row.next_offset),
    lastRecord: lastRecordOf(row),
    halted: row.halted,
  };
}

function lastRecordOf({
  last_record_offset: offset,
  last_record_digest: digest,
}: ClaimRow): PartitionClaim['lastRecord'] {
  return digest === null ? null : { offset: Number(offset), digest: digest.replaceAll('-', '') };
}
