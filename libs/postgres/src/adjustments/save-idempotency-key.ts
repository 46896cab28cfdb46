import type { Queries } from '../connection/queries';
import type { UsedIdempotencyKey } from './find-idempotency-key';

/** Keeps an idempotency key for ever, in the transaction that made its entry. */
export async function saveIdempotencyKey(
  transaction: Queries,
  organizationKey: number,
  key: string,
  use: UsedIdempotencyKey,
): Promise<void> {
  await transaction.query({
    name: 'save_idempotency_key',
    text: `
      INSERT INTO idempotency_key (organization_key, key, body_digest, sequence)
      VALUES ($1, $2, $3, $4)`,
    values: [organizationKey, key, use.bodyDigest, use.sequence],
  });
}
