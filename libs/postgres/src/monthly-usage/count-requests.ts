import type { BillingPeriod } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';

/** The requests of a billing period that had counted by a position, from the ledger itself. */
export async function countRequests(
  queries: Queries,
  organizationKey: number,
  period: BillingPeriod,
  position: number,
): Promise<number> {
  const rows = await queries.query<{ requests: string }>({
    name: 'count_requests',
    text: `
      SELECT count(*) AS requests
        FROM ledger_event
       WHERE organization_key = $1 AND occurred_at >= $2 AND occurred_at < $3 AND sequence <= $4 AND counted`,
    values: [organizationKey, timestampOf(period.start), timestampOf(period.end), position],
  });
  return Number(onlyRow(rows).requests);
}
