import type { Operator } from '@floopy/application';
import { int8Array } from '../connection/binary-array';
import { onlyRow, type Queries } from '../connection/queries';
import { storableText } from '../connection/storable-text';

/**
 * Discards those of these letters that are still parked, with the reason in their history. One that somebody else is
 * resolving is waited for, and then left as it is. @returns how many were discarded
 */
export async function discardParkedLetters(
  transaction: Queries,
  letterKeys: readonly number[],
  reason: string,
  { name, actNumber }: Operator,
): Promise<number> {
  const rows = await transaction.query<{ discarded: string }>({
    name: 'discard_parked_letters',
    text: `
      WITH locked AS (
             SELECT dead_letter_key
               FROM dead_letter
              WHERE dead_letter_key = ANY ($1::int8[]) AND status = 'parked'
              ORDER BY partition_key, record_offset
                FOR UPDATE),
           discarded AS (
             UPDATE dead_letter SET status = 'discarded', resolved_at = clock_timestamp()
               FROM locked
              WHERE dead_letter.dead_letter_key = locked.dead_letter_key
             RETURNING dead_letter.dead_letter_key),
           step AS (
             INSERT INTO dead_letter_step (dead_letter_key, kind, reason, taken_by, act_number)
             SELECT dead_letter_key, 'discarded', $2, $3, $4 FROM discarded)
      SELECT count(*) AS discarded FROM discarded`,
    values: [int8Array(letterKeys), storableText(reason), storableText(name), actNumber],
  });
  return Number(onlyRow(rows).discarded);
}
