import type { Digest } from '@floopy/domain';
import type { Queries } from '../connection/queries';

/** Where the usage event with this identity was applied; null when it was not. */
export async function findPositionOfUsage(
  queries: Queries,
  organizationKey: number,
  identity: Digest,
): Promise<number | null> {
  const rows = await queries.query<{ sequence: string }>({
    name: 'find_position_of_usage',
    text: 'SELECT sequence FROM ledger_event WHERE organization_key = $1 AND identity = $2',
    values: [organizationKey, identity],
  });
  const [row] = rows;
  return row === undefined ? null : Number(row.sequence);
}
