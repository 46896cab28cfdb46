import type { LedgerSlice } from '@floopy/application';
import { organizationIdOf } from '@floopy/domain';
import type { Queries } from '../connection/queries';

interface NextRow {
  readonly organization_key: number;
  readonly organization_id: string;
}

/** The organization with the smallest key above `afterKey`; null past the last one. */
export async function findNextOrganization(queries: Queries, afterKey: number): Promise<LedgerSlice | null> {
  const rows = await queries.query<NextRow>({
    name: 'find_next_organization',
    text: `
      SELECT organization_key, organization_id
        FROM organization
       WHERE organization_key > $1
       ORDER BY organization_key
       LIMIT 1`,
    values: [afterKey],
  });
  const [row] = rows;
  if (row === undefined) return null;
  return { organizationKey: row.organization_key, organizationId: organizationIdOf(row.organization_id) };
}
