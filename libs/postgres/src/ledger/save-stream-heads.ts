import type { StreamHead } from '@floopy/domain';
import { hashArray, int4Array, int8Array, numericArray, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** Writes where each stream ends now, in the transaction that appended to it and holds its lock. */
export async function saveStreamHeads(
  transaction: Queries,
  heads: readonly { readonly organizationKey: number; readonly head: StreamHead }[],
): Promise<void> {
  if (heads.length === 0) return;
  await transaction.query({
    name: 'save_stream_heads',
    text: `
      UPDATE organization_head
         SET sequence = ended.sequence, balance = ended.balance, hash = ended.hash, recorded_at = ended.recorded_at
        FROM unnest($1::int4[], $2::int8[], $3::numeric[], $4::bytea[], $5::timestamptz[])
             AS ended (organization_key, sequence, balance, hash, recorded_at)
       WHERE organization_head.organization_key = ended.organization_key`,
    values: [
      int4Array(heads.map(({ organizationKey }) => organizationKey)),
      int8Array(heads.map(({ head }) => head.sequence)),
      numericArray(heads.map(({ head }) => head.balance)),
      hashArray(heads.map(({ head }) => head.hash)),
      timestamptzArray(heads.map(({ head }) => head.recordedAt)),
    ],
  });
}
