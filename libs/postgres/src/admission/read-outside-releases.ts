import { type Hold, type OrganizationId, organizationIdOf } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { type HoldRow, mapHold } from './read-open-holds';

export interface OutsideReleased {
  readonly organizationId: OrganizationId;
  readonly hold: Hold;
}

/** Holds that somebody else released in the last minute: told more than once, since a commit may be later than its time. */
export async function readOutsideReleases(queries: Queries): Promise<OutsideReleased[]> {
  const rows = await queries.query<HoldRow & { readonly organization_id: string }>({
    name: 'read_outside_releases',
    text: `
      SELECT organization_id, request_id, attempt_id, hold_id, team_id, amount, admitted_at, expires_at
        FROM hold
        JOIN organization USING (organization_key)
       WHERE released_by IS NOT NULL AND closed_at > now() - interval '1 minute'`,
  });
  return rows.map((row) => ({ organizationId: organizationIdOf(row.organization_id), hold: mapHold(row) }));
}
