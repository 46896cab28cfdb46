import { type OrganizationId, organizationIdOf } from '@floopy/domain';
import type { Queries } from '../connection/queries';

/** Organizations that something is held for or has leaked, as far as Postgres knows: those of another store are all listed. */
export async function listHoldingOrganizations(queries: Queries): Promise<OrganizationId[]> {
  const rows = await queries.query<{ organization_id: string }>({
    name: 'list_holding_organizations',
    text: `
      SELECT organization_id
        FROM organization
       WHERE organization_key IN (SELECT organization_key FROM hold WHERE state IN (1, 4)
                                   UNION SELECT organization_key FROM held_organization)
       ORDER BY organization_id`,
  });
  return rows.map((row) => organizationIdOf(row.organization_id));
}
