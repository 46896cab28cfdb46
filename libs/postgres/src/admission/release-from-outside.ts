import type { Hold, HoldKey, Instant } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { type HoldRow, mapHold } from './read-open-holds';

export interface OutsideRelease extends HoldKey {
  readonly organizationKey: number;
  readonly releasedBy: string;
  readonly reason: string;
}

/**
 * Releases a hold in the journal on behalf of somebody who is not the process that holds it: that process finds the row and
 * gives the credits back. One that starts anew never takes it up.
 * @returns the hold; null when there is none that is open and not expired by `now`
 */
export async function releaseFromOutside(
  queries: Queries,
  { organizationKey, requestId, attemptId, releasedBy, reason }: OutsideRelease,
  now: Instant,
): Promise<Hold | null> {
  const [row] = await queries.query<HoldRow>({
    name: 'release_from_outside',
    text: `
      UPDATE hold
         SET state = 3, closed_at = clock_timestamp(), released_by = $4, release_reason = $5
       WHERE organization_key = $1 AND request_id = $2 AND attempt_id = $3 AND state = 1 AND expires_at > $6
      RETURNING request_id, attempt_id, hold_id, team_id, amount, admitted_at, expires_at`,
    values: [organizationKey, requestId, attemptId ?? '', releasedBy, reason, timestampOf(now)],
  });
  return row === undefined ? null : mapHold(row);
}
