import type { OrganizationId } from '@floopy/domain';
import type { Queries } from '../connection/queries';

/** Notes that an organization is held in a store that may lose it. @returns `first` to one caller, ever. */
export async function claimHeldOrganization(
  queries: Queries,
  organizationId: OrganizationId,
): Promise<'first' | 'known'> {
  const rows = await queries.query({
    name: 'claim_held_organization',
    text: `
      INSERT INTO held_organization (organization_key)
      SELECT organization_key FROM organization WHERE organization_id = $1
          ON CONFLICT DO NOTHING
      RETURNING organization_key`,
    values: [organizationId],
  });
  return rows.length === 1 ? 'first' : 'known';
}
