import { type Amount, type Instant, instantOfMilliseconds, type Organization, organizationIdOf } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { amountOfRow } from '../ledger/lock-streams';

/** An organization with where its stream ends. */
export interface ListedOrganization {
  readonly organizationKey: number;
  readonly organization: Organization;
  readonly createdAt: Instant;
  readonly position: number;
  readonly balance: Amount;
}

interface OrganizationRow {
  readonly organization_key: number;
  readonly organization_id: string;
  readonly name: string;
  readonly markup_basis_points: number | null;
  readonly created_at: Date;
  readonly sequence: string;
  readonly balance: string;
}

/** Every organization that the session may see, in the order of their creation. */
export async function listOrganizations(queries: Queries): Promise<ListedOrganization[]> {
  const rows = await queries.query<OrganizationRow>({
    name: 'list_organizations',
    text: `
      SELECT organization_key, organization_id, name, markup_basis_points, created_at, sequence, balance
        FROM organization
        JOIN organization_head USING (organization_key)
       ORDER BY organization_key`,
  });
  return rows.map((row) => ({
    organizationKey: row.organization_key,
    organization: {
      id: organizationIdOf(row.organization_id),
      name: row.name,
      markupBasisPoints: row.markup_basis_points,
    },
    createdAt: instantOfMilliseconds(row.created_at.getTime()),
    position: Number(row.sequence),
    balance: amountOfRow(row.balance),
  }));
}
