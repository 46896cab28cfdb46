import { onlyRow, type Queries } from '../connection/queries';

/** The position at which an organization's stream ends. */
export async function readPosition(queries: Queries, organizationKey: number): Promise<number> {
  const rows = await queries.query<{ sequence: string }>({
    name: 'read_position',
    text: 'SELECT sequence FROM organization_head WHERE organization_key = $1',
    values: [organizationKey],
  });
  return Number(onlyRow(rows).sequence);
}
