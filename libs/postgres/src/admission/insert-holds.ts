import type { JournaledHold, JournalEntryFate } from '@floopy/application';
import { holdKeyText } from '@floopy/domain';
import { int8Array, numericArray, textArray, timestamptzArray } from '../connection/binary-array';
import { onlyRow, type Queries } from '../connection/queries';

/** How long after its hold would have expired a settled attempt is told from a new one. */
export const SETTLED_REMEMBERED = '1 day';

/**
 * Writes holds under an epoch; durable when it answers. The row of the epoch is locked against whoever takes over: that
 * process waits for this statement and then reads what it wrote, or this one waits and writes nothing.
 */
export async function insertHolds(
  queries: Queries,
  entries: readonly JournaledHold[],
  epoch: number,
): Promise<JournalEntryFate[] | 'fenced'> {
  const last = new Map(entries.map((entry) => [`${entry.organizationId} ${holdKeyText(entry.hold)}`, entry]));
  const kept = [...last.values()];
  const rows = await queries.query<{ is_owner: boolean; settled: string[] }>({
    name: 'insert_holds',
    text: `
      WITH owner AS MATERIALIZED (SELECT epoch FROM admission_epoch WHERE epoch = $1 FOR SHARE),
           asked AS (
             SELECT organization_key, asked.*
               FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::numeric[], $8::int8[],
                           $9::timestamptz[], $10::timestamptz[])
                    AS asked (organization_id, request_id, attempt_id, hold_id, team_id, amount, position,
                              admitted_at, expires_at)
               JOIN organization USING (organization_id)),
           written AS (
             INSERT INTO hold AS known (organization_key, request_id, attempt_id, hold_id, team_id, amount, position,
                                        admitted_at, expires_at, state)
             SELECT organization_key, request_id, attempt_id, hold_id, team_id, amount, position,
                    admitted_at, expires_at, 1
               FROM asked CROSS JOIN owner
                 ON CONFLICT (organization_key, request_id, attempt_id) DO UPDATE
                SET hold_id = excluded.hold_id, team_id = excluded.team_id, amount = excluded.amount,
                    position = excluded.position, admitted_at = excluded.admitted_at,
                    expires_at = excluded.expires_at, state = 1, closed_at = NULL,
                    released_by = NULL, release_reason = NULL
              WHERE known.state <> 2 OR known.expires_at + interval '${SETTLED_REMEMBERED}' < excluded.admitted_at
             RETURNING hold_id)
      SELECT EXISTS (SELECT FROM owner) AS is_owner,
             ARRAY (SELECT hold_id FROM asked EXCEPT SELECT hold_id FROM written) AS settled`,
    values: [
      epoch,
      textArray(kept.map(({ organizationId }) => organizationId)),
      textArray(kept.map(({ hold }) => hold.requestId)),
      textArray(kept.map(({ hold }) => hold.attemptId ?? '')),
      textArray(kept.map(({ hold }) => hold.holdId)),
      textArray(kept.map(({ hold }) => hold.teamId)),
      numericArray(kept.map(({ hold }) => hold.amount)),
      int8Array(kept.map(({ position }) => position)),
      timestamptzArray(kept.map(({ hold }) => hold.admittedAt)),
      timestamptzArray(kept.map(({ hold }) => hold.expiresAt)),
    ],
  });
  const { is_owner: isOwner, settled } = onlyRow(rows);
  return isOwner ? entries.map(({ hold }) => (settled.includes(hold.holdId) ? 'settled' : 'written')) : 'fenced';
}
