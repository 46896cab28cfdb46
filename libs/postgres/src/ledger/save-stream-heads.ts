import type { PeriodCount, StreamHead } from '@floopy/domain';
import { hashArray, int4Array, int8Array, numericArray, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** Where a stream ends now. */
export interface EndedStream {
  readonly organizationKey: number;
  readonly head: StreamHead;
  /** What its latest period has come to; what is written of it stays when that has not changed. */
  readonly count?: PeriodCount | null;
}

/** Writes where each stream ends now, in the transaction that appended to it and holds its lock. */
export async function saveStreamHeads(transaction: Queries, heads: readonly EndedStream[]): Promise<void> {
  if (heads.length === 0) return;
  await transaction.query({
    name: 'save_stream_heads',
    text: `
      UPDATE organization_head
         SET sequence = ended.sequence, balance = ended.balance, hash = ended.hash, recorded_at = ended.recorded_at,
             period_start = coalesce(ended.period_start, organization_head.period_start),
             period_requests = coalesce(ended.period_requests, organization_head.period_requests)
        FROM unnest($1::int4[], $2::int8[], $3::numeric[], $4::bytea[], $5::timestamptz[], $6::timestamptz[], $7::int8[])
             AS ended (organization_key, sequence, balance, hash, recorded_at, period_start, period_requests)
       WHERE organization_head.organization_key = ended.organization_key`,
    values: [
      int4Array(heads.map(({ organizationKey }) => organizationKey)),
      int8Array(heads.map(({ head }) => head.sequence)),
      numericArray(heads.map(({ head }) => head.balance)),
      hashArray(heads.map(({ head }) => head.hash)),
      timestamptzArray(heads.map(({ head }) => head.recordedAt)),
      timestamptzArray(heads.map(({ count }) => count?.periodStart ?? null)),
      int8Array(heads.map(({ count }) => count?.requests ?? null)),
    ],
  });
}
