import type { Instant } from '@floopy/domain';
import { int2Array, int8Array, textArray, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

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

/** Moves the offsets of locked partitions; the table checks that every offset passed is accounted for. */
export async function advancePartitions(transaction: Queries, advances: readonly PartitionAdvance[]): Promise<void> {
  if (advances.length === 0) return;
  const rows = await transaction.query<{ partition_key: number }>({
    name: 'advance_partitions',
    text: `
      UPDATE ingest_partition AS passed
         SET next_offset = advance.next_offset, applied = passed.applied + advance.applied,
             duplicates = passed.duplicates + advance.duplicates, parked = passed.parked + advance.parked,
             skipped = passed.skipped + advance.skipped,
             empty_from = coalesce(advance.last_offset + 1, CASE WHEN empty_until = passed.next_offset
                                                                 THEN empty_from ELSE passed.next_offset END),
             empty_until = advance.next_offset,
             last_record_digest = coalesce(advance.last_digest::uuid, passed.last_record_digest),
             applied_until = coalesce(advance.appended_at, passed.applied_until)
        FROM unnest($1::int2[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::text[],
                    $9::timestamptz[])
             AS advance (partition_key, next_offset, applied, duplicates, parked, skipped, last_offset, last_digest,
                         appended_at)
       WHERE passed.partition_key = advance.partition_key
      RETURNING passed.partition_key`,
    values: [
      int2Array(advances.map(({ ingestPartition }) => ingestPartition)),
      int8Array(advances.map(({ nextOffset }) => nextOffset)),
      int8Array(advances.map(({ applied }) => applied)),
      int8Array(advances.map(({ duplicates }) => duplicates)),
      int8Array(advances.map(({ parked }) => parked)),
      int8Array(advances.map(({ skipped }) => skipped)),
      int8Array(advances.map(({ lastRecord }) => lastRecord?.offset ?? null)),
      textArray(advances.map(({ lastRecord }) => lastRecord?.digest ?? null)),
      timestamptzArray(advances.map(({ lastRecord }) => lastRecord?.appendedAt ?? null)),
    ],
  });
  if (rows.length !== advances.length) throw new Error(`advanced ${rows.length} partitions of ${advances.length}`);
}
