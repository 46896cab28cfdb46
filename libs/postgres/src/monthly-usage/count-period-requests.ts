import type { BillingPeriod } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { CHANGES_COUNT, COUNT_CHANGE } from '../ledger/count-change';

/** Of organization $1 from $2 to $3. */
export const REQUESTS_OF_PERIOD = `
  SELECT CASE WHEN bool_and(period_start = $2 AND period_end = $3) IS NOT FALSE
              THEN coalesce(sum(requests), 0)
              ELSE (SELECT coalesce(sum(${COUNT_CHANGE}), 0)
                      FROM ledger_event
                     WHERE organization_key = $1 AND occurred_at >= $2 AND occurred_at < $3 AND ${CHANGES_COUNT})
         END AS requests
    FROM monthly_usage
   WHERE organization_key = $1 AND period_start < $3 AND period_end > $2`;

/**
 * The requests that count in a billing period, as far as they are known. They are written down by the periods in which
 * they were posted; where those are not cut as this one is, the ledger's own rows are counted.
 */
export async function countPeriodRequests(
  queries: Queries,
  organizationKey: number,
  period: BillingPeriod,
): Promise<number> {
  const rows = await queries.query<{ requests: string }>({
    name: 'count_period_requests',
    text: REQUESTS_OF_PERIOD,
    values: [organizationKey, timestampOf(period.start), timestampOf(period.end)],
  });
  return Number(onlyRow(rows).requests);
}
