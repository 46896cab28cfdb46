import type { Queries } from '../connection/queries';

/** The key of a name of an organization; null when no entry of its ledger has it. */
export async function findNameKey(queries: Queries, organizationKey: number, name: string): Promise<number | null> {
  const rows = await queries.query<{ label_key: number }>({
    name: 'find_name_key',
    text: 'SELECT label_key FROM label WHERE organization_key = $1 AND kind = 1 AND value = $2',
    values: [organizationKey, name],
  });
  return rows[0]?.label_key ?? null;
}
