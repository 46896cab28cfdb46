import type { BillingPeriod } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { CHANGES_COUNT } from '../ledger/count-change';
import { REQUESTS_OF_PERIOD } from './count-period-requests';
import { countToPosition, type PlaceOnStream } from './count-to-position';

const REQUESTS = { name: 'count_requests', standing: REQUESTS_OF_PERIOD, condition: CHANGES_COUNT };

/** The requests of a billing period that had counted by a position. */
export function countRequests(
  queries: Queries,
  organizationKey: number,
  period: BillingPeriod,
  place: PlaceOnStream,
): Promise<number> {
  return countToPosition(queries, REQUESTS, organizationKey, period, place);
}
