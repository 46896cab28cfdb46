import type { PeriodOverage } from '@floopy/domain';
import { int4Array, int8Array, numericArray, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/**
 * Adds what a batch used past its allowances, in the transaction that appends it. An anchor may have cut a period since
 * it was written down: its end is the one that was known when the last request was added.
 */
export async function addPeriodOverage(
  transaction: Queries,
  added: readonly { readonly organizationKey: number; readonly overage: PeriodOverage }[],
): Promise<void> {
  if (added.length === 0) return;
  await transaction.query({
    name: 'add_period_overage',
    text: `
      INSERT INTO period_overage AS known
        (organization_key, period_start, period_end, requests, amount, late_requests, late_amount, excess_requests)
      SELECT * FROM unnest($1::int4[], $2::timestamptz[], $3::timestamptz[], $4::int8[], $5::numeric[], $6::int8[],
                           $7::numeric[], $8::int8[])
      ON CONFLICT (organization_key, period_start) DO UPDATE
         SET period_end = excluded.period_end,
             requests = known.requests + excluded.requests,
             amount = known.amount + excluded.amount,
             late_requests = known.late_requests + excluded.late_requests,
             late_amount = known.late_amount + excluded.late_amount,
             excess_requests = known.excess_requests + excluded.excess_requests`,
    values: [
      int4Array(added.map(({ organizationKey }) => organizationKey)),
      timestamptzArray(added.map(({ overage }) => overage.period.start)),
      timestamptzArray(added.map(({ overage }) => overage.period.end)),
      int8Array(added.map(({ overage }) => overage.requests)),
      numericArray(added.map(({ overage }) => overage.amount)),
      int8Array(added.map(({ overage }) => overage.lateRequests)),
      numericArray(added.map(({ overage }) => overage.lateAmount)),
      int8Array(added.map(({ overage }) => overage.excessRequests)),
    ],
  });
}
