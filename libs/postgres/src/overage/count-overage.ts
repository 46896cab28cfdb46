import type { BillingPeriod } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { standingCodes } from '../ledger/ledger-codes';
import type { PlaceOnStream } from '../monthly-usage/count-requests';

/** The requests of a billing period that had become overage by a position, counted from the nearer end as `countRequests` does. */
export async function countOverage(
  queries: Queries,
  organizationKey: number,
  period: BillingPeriod,
  { position, end }: PlaceOnStream,
): Promise<number> {
  const isNearEnd = position > end / 2;
  const rows = await queries.query<{ requests: string }>({
    name: isNearEnd ? 'count_overage_down' : 'count_overage_up',
    text: isNearEnd ? COUNT_DOWN : COUNT_UP,
    values: [organizationKey, timestampOf(period.start), timestampOf(period.end), position],
  });
  return Number(onlyRow(rows).requests);
}

const OVERAGE = standingCodes.codeOf('overage');

const COUNT_UP = `
  SELECT count(*) AS requests
    FROM ledger_event
   WHERE organization_key = $1 AND occurred_at >= $2 AND occurred_at < $3 AND sequence <= $4 AND standing = ${OVERAGE}`;

const COUNT_DOWN = `
  SELECT coalesce((SELECT requests + late_requests
                     FROM period_overage
                    WHERE organization_key = $1 AND period_start = $2), 0)
         - count(*) AS requests
    FROM ledger_event
   WHERE organization_key = $1 AND occurred_at >= $2 AND occurred_at < $3 AND sequence > $4 AND standing = ${OVERAGE}`;
