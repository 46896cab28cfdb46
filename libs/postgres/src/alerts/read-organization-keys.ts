import type { Queries } from '../connection/queries';

/** Keys of organizations, ascending after `afterKey`, at most `limit` of them. */
export async function readOrganizationKeys(queries: Queries, afterKey: number, limit: number): Promise<number[]> {
  const rows = await queries.query<{ organization_key: number }>({
    name: 'read_organization_keys',
    text: `
      SELECT organization_key
        FROM organization_head
       WHERE organization_key > $1
       ORDER BY organization_key
       LIMIT $2`,
    values: [afterKey, limit],
  });
  return rows.map((row) => row.organization_key);
}
