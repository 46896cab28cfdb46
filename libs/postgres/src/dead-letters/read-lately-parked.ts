import { type Instant, instantOfMilliseconds } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';

/** Batches commit out of the order of their dead letters' keys: a letter may come to light below one that was seen. */
const KEYS_OUT_OF_ORDER = 1_000;
const COMMIT_TIME_MS = 10_000;
/** Dead letters that one look passes, at most. */
const MOST_AT_ONCE = 5_000;

export interface LatelyParked {
  /** Organizations that dead letters name, as far as they exist. */
  readonly organizationKeys: readonly number[];
  /** Where the next look goes on. */
  readonly lastKey: number;
}

/**
 * Whose records were parked after the dead letter `afterKey`, and in the last seconds below it: those are answered again and
 * again until they are older.
 */
export async function readLatelyParked(queries: Queries, afterKey: number, now: Instant): Promise<LatelyParked> {
  const rows = await queries.query<{ organization_key: number | null; last_key: string }>({
    name: 'read_lately_parked',
    text: `
      WITH parked AS (
             SELECT dead_letter_key, organization_id
               FROM dead_letter
              WHERE dead_letter_key > $1::int8 - $2::int8 AND (dead_letter_key > $1 OR parked_at > $3)
              ORDER BY dead_letter_key
              LIMIT $4)
      SELECT organization_key, max(dead_letter_key) AS last_key
        FROM parked
        LEFT JOIN organization USING (organization_id)
       GROUP BY organization_key`,
    values: [
      afterKey,
      KEYS_OUT_OF_ORDER,
      timestampOf(instantOfMilliseconds(now - COMMIT_TIME_MS)),
      MOST_AT_ONCE + KEYS_OUT_OF_ORDER,
    ],
  });
  return {
    organizationKeys: rows.flatMap(({ organization_key: key }) => (key === null ? [] : [key])),
    lastKey: Math.max(afterKey, ...rows.map(({ last_key: key }) => Number(key))),
  };
}

/** The key of the last dead letter that anybody parked; 0 when nobody did. */
export async function readLastDeadLetterKey(queries: Queries): Promise<number> {
  const rows = await queries.query<{ last_key: string }>({
    name: 'read_last_dead_letter_key',
    text: 'SELECT coalesce(max(dead_letter_key), 0) AS last_key FROM dead_letter',
  });
  return Number(onlyRow(rows).last_key);
}
