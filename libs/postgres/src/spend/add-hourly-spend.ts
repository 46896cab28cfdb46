import type { HourlySpend } from '@floopy/domain';
import { int4Array, int8Array, numericArray, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** Adds what was spent in each hour, in the transaction that moves the checkpoints. */
export async function addHourlySpend(
  transaction: Queries,
  added: readonly { readonly organizationKey: number; readonly hour: HourlySpend }[],
): Promise<void> {
  if (added.length === 0) return;
  await transaction.query({
    name: 'add_hourly_spend',
    text: `
      INSERT INTO hourly_spend AS known (organization_key, hour, requests, spend)
      SELECT * FROM unnest($1::int4[], $2::timestamptz[], $3::int8[], $4::numeric[])
      ON CONFLICT (organization_key, hour) DO UPDATE
         SET requests = known.requests + excluded.requests, spend = known.spend + excluded.spend`,
    values: [
      int4Array(added.map(({ organizationKey }) => organizationKey)),
      timestamptzArray(added.map(({ hour }) => hour.hour)),
      int8Array(added.map(({ hour }) => hour.requests)),
      numericArray(added.map(({ hour }) => hour.spend)),
    ],
  });
}
