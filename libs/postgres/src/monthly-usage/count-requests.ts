import type { BillingPeriod } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { REQUESTS_OF_PERIOD } from './count-period-requests';

/** A place on a stream, and the position at which that stream ends in the same snapshot. */
export interface PlaceOnStream {
  readonly position: number;
  readonly end: number;
}

/**
 * The requests of a billing period that had counted by a position. Near the begin of a stream they are counted up from
 * it; near its end, what counted later is taken off the month as it stands, so that the recent past costs little.
 */
export async function countRequests(
  queries: Queries,
  organizationKey: number,
  period: BillingPeriod,
  { position, end }: PlaceOnStream,
): Promise<number> {
  const isNearEnd = position > end / 2;
  const rows = await queries.query<{ requests: string }>({
    name: isNearEnd ? 'count_requests_down' : 'count_requests_up',
    text: isNearEnd ? COUNT_DOWN : COUNT_UP,
    values: [organizationKey, timestampOf(period.start), timestampOf(period.end), position],
  });
  return Number(onlyRow(rows).requests);
}

const COUNT_UP = `
  SELECT count(*) AS requests
    FROM ledger_event
   WHERE organization_key = $1 AND occurred_at >= $2 AND occurred_at < $3 AND sequence <= $4 AND counted`;

const COUNT_DOWN = `
  SELECT (${REQUESTS_OF_PERIOD})
         - count(*) AS requests
    FROM ledger_event
   WHERE organization_key = $1 AND occurred_at >= $2 AND occurred_at < $3 AND sequence > $4 AND counted`;
