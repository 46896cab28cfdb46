import { type Instant, instantOfMilliseconds } from '@floopy/domain';
import { int4Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** When the latest request that has counted occurred, by the organization's key; one without any is absent. */
export async function findLatestCounted(
  transaction: Queries,
  organizationKeys: readonly number[],
): Promise<Map<number, Instant>> {
  const rows = await transaction.query<{ organization_key: number; occurred_at: Date }>({
    name: 'find_latest_counted',
    text: `
      SELECT wanted.organization_key, latest.occurred_at
        FROM unnest($1::int4[]) AS wanted (organization_key)
       CROSS JOIN LATERAL (
               SELECT occurred_at
                 FROM ledger_event
                WHERE ledger_event.organization_key = wanted.organization_key AND counted
                ORDER BY occurred_at DESC
                LIMIT 1
             ) AS latest`,
    values: [int4Array(organizationKeys)],
  });
  return new Map(rows.map((row) => [row.organization_key, instantOfMilliseconds(row.occurred_at.getTime())]));
}
