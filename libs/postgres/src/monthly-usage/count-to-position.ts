import type { BillingPeriod } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { COUNT_CHANGE } from '../ledger/count-change';

/** A place on a stream, and the position at which that stream ends in the same snapshot. */
export interface PlaceOnStream {
  readonly position: number;
  readonly end: number;
}

/** What is counted of a billing period: organization $1, from $2 to $3. */
export interface CountOfPeriod {
  readonly name: string;
  /** A query of one value: the count as it stands. */
  readonly standing: string;
  /** What is true of the ledger's rows that change it, by one or by one less. */
  readonly condition: string;
}

const CHANGE = `coalesce(sum(${COUNT_CHANGE}), 0)`;

/**
 * A count of a billing period as it was at a position. Near the begin of a stream its rows are counted up from it; near
 * its end, what counted later is taken off the count as it stands, so that the recent past costs little.
 */
export async function countToPosition(
  queries: Queries,
  { name, standing, condition }: CountOfPeriod,
  organizationKey: number,
  period: BillingPeriod,
  { position, end }: PlaceOnStream,
): Promise<number> {
  const isNearEnd = position > end / 2;
  const rows = await queries.query<{ requests: string }>({
    name: isNearEnd ? `${name}_down` : `${name}_up`,
    text: `
      SELECT ${isNearEnd ? `(${standing}) - ${CHANGE}` : CHANGE} AS requests
        FROM ledger_event
       WHERE organization_key = $1 AND occurred_at >= $2 AND occurred_at < $3
         AND sequence ${isNearEnd ? '>' : '<='} $4 AND ${condition}`,
    values: [organizationKey, timestampOf(period.start), timestampOf(period.end), position],
  });
  return Number(onlyRow(rows).requests);
}
