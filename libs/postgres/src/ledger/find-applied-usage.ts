import type { Digest } from '@floopy/domain';
import { int4Array, uuidArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

export interface WantedUsage {
  readonly organizationKey: number;
  readonly usage: { readonly identity: Digest };
}

/**
 * The content of those events that were applied before, by identity, over all history.
 * The caller holds the lock of each organization's stream: what is absent stays absent until it appends.
 */
export async function findAppliedUsage(
  transaction: Queries,
  wanted: readonly WantedUsage[],
): Promise<Map<Digest, Digest>> {
  const rows = await transaction.query<{ identity: string; content: string }>({
    name: 'find_applied_usage',
    text: `
      SELECT ledger_event.identity, ledger_event.content
        FROM unnest($1::int4[], $2::uuid[]) AS wanted (organization_key, identity)
        JOIN ledger_event USING (organization_key, identity)`,
    values: [
      int4Array(wanted.map(({ organizationKey }) => organizationKey)),
      uuidArray(wanted.map(({ usage }) => usage.identity)),
    ],
  });
  return new Map(rows.map((row) => [digestOfRow(row.identity), digestOfRow(row.content)]));
}

/** Reads a digest that is stored as a uuid: 16 bytes without a length before them. */
export function digestOfRow(uuid: string): Digest {
  return uuid.replaceAll('-', '') as Digest;
}
