import { type Instant, type LeakedHolds, NOTHING_LEAKED } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { amountOfRow } from '../ledger/lock-streams';
import { type HoldRow, mapHold } from './read-open-holds';
import { SETTLED_IN_TIME } from './settled-in-time';

interface LeakedRow extends HoldRow {
  readonly holds: string;
  readonly total: string;
}

/**
 * The holds of an organization that expired by `now` without an end, as long as the journal keeps them: all counted, and the
 * last `limit` of them. Those that nobody has noted as expired yet are looked up in the ledger: a process may have ended
 * between a charge and the note that it settled a hold.
 */
export async function readLeakedHolds(
  queries: Queries,
  organizationKey: number,
  now: Instant,
  limit: number,
): Promise<LeakedHolds> {
  const rows = await queries.query<LeakedRow>({
    name: 'read_leaked_holds',
    text: `
      SELECT request_id, attempt_id, hold_id, team_id, amount, admitted_at, expires_at,
             count(*) OVER () AS holds, sum(amount) OVER () AS total
        FROM hold
       WHERE organization_key = $1
         AND (state = 4 OR (state = 1 AND expires_at <= $2 AND NOT ${SETTLED_IN_TIME}))
       ORDER BY expires_at DESC, admitted_at DESC, hold_id
       LIMIT $3`,
    values: [organizationKey, timestampOf(now), limit],
  });
  const [first] = rows;
  if (first === undefined) return NOTHING_LEAKED;
  return { holds: Number(first.holds), amount: amountOfRow(first.total), newest: rows.map(mapHold) };
}
