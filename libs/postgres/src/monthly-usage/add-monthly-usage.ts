import type { MonthlyUsage } from '@floopy/domain';
import { int2Array, int4Array, int8Array, numericArray, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { originCodes } from '../ledger/ledger-codes';

/** Adds what a batch used to the months of its organizations, in the transaction that appends it. */
export async function addMonthlyUsage(
  transaction: Queries,
  months: readonly { readonly organizationKey: number; readonly month: MonthlyUsage }[],
): Promise<void> {
  if (months.length === 0) return;
  await transaction.query({
    name: 'add_monthly_usage',
    text: `
      INSERT INTO monthly_usage AS month (organization_key, period_start, period_end, origin, requests, spend)
      SELECT * FROM unnest($1::int4[], $2::timestamptz[], $3::timestamptz[], $4::int2[], $5::int8[], $6::numeric[])
      ON CONFLICT (organization_key, period_start, origin) DO UPDATE
         SET requests = month.requests + excluded.requests, spend = month.spend + excluded.spend`,
    values: [
      int4Array(months.map(({ organizationKey }) => organizationKey)),
      timestamptzArray(months.map(({ month }) => month.periodStart)),
      timestamptzArray(months.map(({ month }) => month.periodEnd)),
      int2Array(months.map(({ month }) => originCodes.codeOf(month.origin))),
      int8Array(months.map(({ month }) => month.requests)),
      numericArray(months.map(({ month }) => month.spend)),
    ],
  });
}
