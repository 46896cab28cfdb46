import type { ProvenOrganization } from '@floopy/application';
import { instantOfMilliseconds, type OrganizationId, organizationIdOf } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { readChangesOf } from '../organization/read-terms';

interface OrganizationRow {
  readonly organization_key: number;
  readonly organization_id: string;
  readonly name: string;
  readonly markup_basis_points: number | null;
  readonly created_at: Date;
}

/** Those of these organizations that exist, with all that was ever agreed with them. */
export async function readProvenOrganizations(
  queries: Queries,
  organizationIds: readonly OrganizationId[],
): Promise<ProvenOrganization[]> {
  if (organizationIds.length === 0) return [];
  const rows = await queries.query<OrganizationRow>({
    name: 'read_proven_organizations',
    text: `
      SELECT organization_key, organization_id, name, markup_basis_points, created_at
        FROM organization
       WHERE organization_id = ANY ($1::text[])`,
    values: [organizationIds],
  });
  const changes = await readChangesOf(
    queries,
    rows.map((row) => row.organization_key),
  );
  return rows.map((row) => ({
    organizationKey: row.organization_key,
    organization: {
      id: organizationIdOf(row.organization_id),
      name: row.name,
      markupBasisPoints: row.markup_basis_points,
    },
    createdAt: instantOfMilliseconds(row.created_at.getTime()),
    changes: changes.get(row.organization_key) ?? [],
  }));
}
