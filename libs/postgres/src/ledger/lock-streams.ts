import {
  type Amount,
  instantOfMilliseconds,
  type LedgerHash,
  type OpenStream,
  type OrganizationId,
  organizationIdOf,
  parseAmount,
} from '@floopy/domain';
import type { Queries } from '../connection/queries';

/** A stream that this transaction has locked, with the key that stands for its organization in rows. */
export interface LockedStream extends OpenStream {
  readonly organizationKey: number;
}

interface HeadRow {
  readonly organization_key: number;
  readonly organization_id: string;
  readonly name: string;
  readonly markup_basis_points: number;
  readonly sequence: string;
  readonly balance: string;
  readonly hash: Buffer;
  readonly recorded_at: Date;
}

/**
 * Locks the heads of those organizations that exist, until the transaction ends.
 * Everybody locks in ascending order of key, so that two batches wait for each other and never in a circle.
 */
export async function lockStreams(
  transaction: Queries,
  organizationIds: readonly OrganizationId[],
): Promise<Map<OrganizationId, LockedStream>> {
  const rows = await transaction.query<HeadRow>({
    name: 'lock_streams',
    text: `
      SELECT organization_key, organization_id, name, markup_basis_points, sequence, balance, hash, recorded_at
        FROM organization
        JOIN organization_head USING (organization_key)
       WHERE organization_id = ANY ($1::text[])
       ORDER BY organization_key
         FOR UPDATE OF organization_head`,
    values: [organizationIds],
  });
  return new Map(rows.map((row) => [organizationIdOf(row.organization_id), mapStream(row)]));
}

function mapStream(row: HeadRow): LockedStream {
  const id = organizationIdOf(row.organization_id);
  return {
    organizationKey: row.organization_key,
    organization: { id, name: row.name, markupBasisPoints: row.markup_basis_points },
    posting: null,
    head: {
      organizationId: id,
      sequence: Number(row.sequence),
      balance: amountOfRow(row.balance),
      hash: row.hash.toString('hex') as LedgerHash,
      recordedAt: instantOfMilliseconds(row.recorded_at.getTime()),
    },
  };
}

/** Reads a `numeric(38, 10)` column. */
export function amountOfRow(text: string): Amount {
  const amount = parseAmount(text);
  if (amount === null) throw new Error(`not an amount in cents with ten decimals: ${text}`);
  return amount;
}
