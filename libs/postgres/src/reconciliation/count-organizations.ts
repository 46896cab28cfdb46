import type { Queries } from '../connection/queries';

/** How many organizations there are, and the largest key among them: 0 when there is none. */
export async function countOrganizations(queries: Queries): Promise<{ count: number; largestKey: number }> {
  const rows = await queries.query<{ readonly count: string; readonly largest_key: number }>({
    name: 'count_organizations',
    text: 'SELECT count(*) AS count, coalesce(max(organization_key), 0) AS largest_key FROM organization',
  });
  return { count: Number(rows[0]?.count ?? 0), largestKey: rows[0]?.largest_key ?? 0 };
}
