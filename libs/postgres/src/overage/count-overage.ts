import type { BillingPeriod } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { CHANGES_COUNT } from '../ledger/count-change';
import { standingCodes } from '../ledger/ledger-codes';
import { countToPosition, type PlaceOnStream } from '../monthly-usage/count-to-position';

const OVERAGE = {
  name: 'count_overage',
  standing: `
    SELECT coalesce((SELECT requests + late_requests
                       FROM period_overage
                      WHERE organization_key = $1 AND period_start = $2), 0)`,
  condition: `standing = ${standingCodes.codeOf('overage')} AND ${CHANGES_COUNT}`,
};

/** The requests of a billing period that had become overage by a position. */
export function countOverage(
  queries: Queries,
  organizationKey: number,
  period: BillingPeriod,
  place: PlaceOnStream,
): Promise<number> {
  return countToPosition(queries, OVERAGE, organizationKey, period, place);
}
