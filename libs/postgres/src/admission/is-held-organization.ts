import type { OrganizationId } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';

/** Whether an organization was ever held in a store that may lose it; see `claimHeldOrganization`. */
export async function isHeldOrganization(queries: Queries, organizationId: OrganizationId): Promise<boolean> {
  const rows = await queries.query<{ found: boolean }>({
    name: 'is_held_organization',
    text: `
      SELECT EXISTS (SELECT FROM held_organization
                       JOIN organization USING (organization_key)
                      WHERE organization_id = $1) AS found`,
    values: [organizationId],
  });
  return onlyRow(rows).found;
}
