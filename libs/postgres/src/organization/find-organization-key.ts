import type { OrganizationId } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';

/** The number that stands for an organization in rows, or null; the reader may ask too, and learns no more than that. */
export async function findOrganizationKey(queries: Queries, organizationId: OrganizationId): Promise<number | null> {
  const rows = await queries.query<{ organization_key: number | null }>({
    name: 'find_organization_key',
    text: 'SELECT find_organization_key($1) AS organization_key',
    values: [organizationId],
  });
  return onlyRow(rows).organization_key;
}
