import type { Instant, OrganizationId } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';

/** Whether the journal has a hold of an organization that is open, and not expired by `now`. */
export async function hasOpenHolds(queries: Queries, organizationId: OrganizationId, now: Instant): Promise<boolean> {
  const rows = await queries.query<{ found: boolean }>({
    name: 'has_open_holds',
    text: `
      SELECT EXISTS (SELECT FROM hold
                       JOIN organization USING (organization_key)
                      WHERE organization_id = $1 AND state = 1 AND expires_at > $2) AS found`,
    values: [organizationId, timestampOf(now)],
  });
  return onlyRow(rows).found;
}
