import type { CarriedOverage } from '@floopy/domain';
import { int4Array, int8Array, numericArray, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** Adds the late requests of a batch to what is carried, in the transaction that appends it: most batches have none. */
export async function addCarriedOverage(
  transaction: Queries,
  added: readonly { readonly organizationKey: number; readonly carried: CarriedOverage }[],
): Promise<void> {
  if (added.length === 0) return;
  await transaction.query({
    name: 'add_carried_overage',
    text: `
      INSERT INTO carried_overage AS known
        (organization_key, source_start, source_end, into_start, into_end, requests, amount)
      SELECT * FROM unnest($1::int4[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[],
                           $6::int8[], $7::numeric[])
      ON CONFLICT (organization_key, source_start, into_start) DO UPDATE
         SET source_end = excluded.source_end, into_end = excluded.into_end,
             requests = known.requests + excluded.requests, amount = known.amount + excluded.amount`,
    values: [
      int4Array(added.map(({ organizationKey }) => organizationKey)),
      timestamptzArray(added.map(({ carried }) => carried.source.start)),
      timestamptzArray(added.map(({ carried }) => carried.source.end)),
      timestamptzArray(added.map(({ carried }) => carried.into.start)),
      timestamptzArray(added.map(({ carried }) => carried.into.end)),
      int8Array(added.map(({ carried }) => carried.requests)),
      numericArray(added.map(({ carried }) => carried.amount)),
    ],
  });
}
