import type { Instant } from '@floopy/domain';
import type { HoldTraces } from '../balance/read-current-balances';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';

/** What Postgres knows of an organization's holds, for a reading that is not of its balance. */
export async function readHoldTraces(queries: Queries, organizationKey: number, now: Instant): Promise<HoldTraces> {
  const rows = await queries.query<{ has_open_holds: boolean; is_held: boolean }>({
    name: 'read_hold_traces',
    text: `
      SELECT EXISTS (SELECT FROM hold WHERE organization_key = $1 AND state = 1 AND expires_at > $2) AS has_open_holds,
             EXISTS (SELECT FROM held_organization WHERE organization_key = $1) AS is_held`,
    values: [organizationKey, timestampOf(now)],
  });
  const { has_open_holds: hasOpenHolds, is_held: isHeld } = onlyRow(rows);
  return { hasOpenHolds, isHeld };
}
