import { type Amount, type Instant, instantOfMilliseconds } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { amountOfRow } from '../ledger/lock-streams';

/** An organization as it was created, with what it has. */
export interface StoredOrganization {
  readonly name: string;
  /** Null where its plan's applies. */
  readonly markupBasisPoints: number | null;
  readonly createdAt: Instant;
  readonly balance: Amount;
}

interface OrganizationRow {
  readonly name: string;
  readonly markup_basis_points: number | null;
  readonly created_at: Date;
  readonly balance: string;
}

/** Reads one organization that exists. */
export async function readOrganization(queries: Queries, organizationKey: number): Promise<StoredOrganization> {
  const rows = await queries.query<OrganizationRow>({
    name: 'read_organization',
    text: `
      SELECT name, markup_basis_points, created_at, balance
        FROM organization
        JOIN organization_head USING (organization_key)
       WHERE organization_key = $1`,
    values: [organizationKey],
  });
  const row = onlyRow(rows);
  return {
    name: row.name,
    markupBasisPoints: row.markup_basis_points,
    createdAt: instantOfMilliseconds(row.created_at.getTime()),
    balance: amountOfRow(row.balance),
  };
}
