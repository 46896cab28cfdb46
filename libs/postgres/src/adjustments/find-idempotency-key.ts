import type { Queries } from '../connection/queries';

export interface UsedIdempotencyKey {
  readonly bodyDigest: string;
  /** The entry that was made under it. */
  readonly sequence: number;
}

/** What an organization's idempotency key was used for; null when it was not. */
export async function findIdempotencyKey(
  transaction: Queries,
  organizationKey: number,
  key: string,
): Promise<UsedIdempotencyKey | null> {
  const rows = await transaction.query<{ body_digest: string; sequence: string }>({
    name: 'find_idempotency_key',
    text: 'SELECT body_digest, sequence FROM idempotency_key WHERE organization_key = $1 AND key = $2',
    values: [organizationKey, key],
  });
  const [row] = rows;
  return row === undefined ? null : { bodyDigest: row.body_digest, sequence: Number(row.sequence) };
}
