import { type Instant, instantOfMilliseconds } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { SETTLED_IN_TIME } from './settled-in-time';

/** So long an ended hold can be looked up; a settled attempt is told from a new one for less. */
export const ENDED_HOLDS_KEPT_MS = 7 * 24 * 60 * 60 * 1_000;
/** A clock that is behind by less still counts a hold that is marked as expired here: it is marked no sooner. */
export const EXPIRY_NOTED_AFTER_MS = 60_000;

/**
 * Tidies the journal: notes which open holds nobody ended in time (and which were settled, by a process that could not note it
 * any more), and removes what ended long ago; at most `limit` of each.
 * Decisions do not wait for it, and do not depend on it: who reads the journal looks at the expiry.
 * @returns how many rows it changed; fewer than `limit` means that the rest can wait.
 */
export async function sweepHolds(queries: Queries, now: Instant, limit: number): Promise<number> {
  const rows = await queries.query<{ changed: string }>({
    name: 'sweep_holds',
    text: `
      WITH leaked AS (
             SELECT organization_key, request_id, attempt_id
               FROM hold
              WHERE state = 1 AND expires_at <= $1
              LIMIT $3
                FOR UPDATE SKIP LOCKED),
           expired AS (
             UPDATE hold SET state = CASE WHEN ${SETTLED_IN_TIME} THEN 2 ELSE 4 END, closed_at = hold.expires_at
               FROM leaked
              WHERE (hold.organization_key, hold.request_id, hold.attempt_id)
                    = (leaked.organization_key, leaked.request_id, leaked.attempt_id)
             RETURNING 1),
           ended AS (
             SELECT organization_key, request_id, attempt_id
               FROM hold
              WHERE state <> 1 AND closed_at <= $2
              LIMIT $3
                FOR UPDATE SKIP LOCKED),
           removed AS (
             DELETE FROM hold
              USING ended
              WHERE (hold.organization_key, hold.request_id, hold.attempt_id)
                    = (ended.organization_key, ended.request_id, ended.attempt_id)
             RETURNING 1)
      SELECT greatest((SELECT count(*) FROM expired), (SELECT count(*) FROM removed)) AS changed`,
    values: [
      timestampOf(instantOfMilliseconds(now - EXPIRY_NOTED_AFTER_MS)),
      timestampOf(instantOfMilliseconds(now - ENDED_HOLDS_KEPT_MS)),
      limit,
    ],
  });
  return Number(onlyRow(rows).changed);
}
