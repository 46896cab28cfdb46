import type { Instant } from '@floopy/domain';
import { timestamptzArray } from '../connection/binary-array';
import { onlyRow, type Queries } from '../connection/queries';

/** What a batch did to its partition. */
export interface PartitionAdvance {
  readonly ingestPartition: number;
  readonly nextOffset: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly parked: number;
  readonly skipped: number;
  /** Null when only such offsets were passed as hold no record. */
  readonly lastRecord: { readonly offset: number; readonly digest: string; readonly appendedAt: Instant } | null;
}

/** Moves a locked partition's offset; the table checks that every offset passed is accounted for. */
export async function advancePartition(transaction: Queries, advance: PartitionAdvance): Promise<void> {
  const rows = await transaction.query<{ partition_key: number }>({
    name: 'advance_partition',
    text: `
      UPDATE ingest_partition
         SET next_offset = $2, applied = applied + $3, duplicates = duplicates + $4, parked = parked + $5,
             skipped = skipped + $6,
             empty_from = coalesce($7::int8 + 1, CASE WHEN empty_until = next_offset THEN empty_from ELSE next_offset END),
             empty_until = $2, last_record_digest = coalesce($8, last_record_digest),
             applied_until = coalesce(($9::timestamptz[])[1], applied_until)
       WHERE partition_key = $1
      RETURNING partition_key`,
    values: [
      advance.ingestPartition,
      advance.nextOffset,
      advance.applied,
      advance.duplicates,
      advance.parked,
      advance.skipped,
      advance.lastRecord?.offset ?? null,
      advance.lastRecord?.digest ?? null,
      timestamptzArray([advance.lastRecord?.appendedAt ?? null]),
    ],
  });
  onlyRow(rows);
}
