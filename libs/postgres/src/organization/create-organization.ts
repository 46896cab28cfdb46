import type { Organization } from '@floopy/domain';
import type { Queries } from '../connection/queries';

export type OrganizationCreation =
  | { readonly type: 'created'; readonly organizationKey: number }
  /** Somebody created it before; nothing was changed. */
  | { readonly type: 'exists' };

/** Creates an organization and the head of its empty stream, in one statement: there is never one without the other. */
export async function createOrganization(queries: Queries, organization: Organization): Promise<OrganizationCreation> {
  const rows = await queries.query<{ organization_key: number }>({
    name: 'create_organization',
    text: `
      WITH created AS (
        INSERT INTO organization (organization_id, name, markup_basis_points)
        VALUES ($1, $2, $3)
        ON CONFLICT (organization_id) DO NOTHING
        RETURNING organization_key
      )
      INSERT INTO organization_head (organization_key)
      SELECT organization_key FROM created
      RETURNING organization_key`,
    values: [organization.id, organization.name, organization.markupBasisPoints],
  });
  const [row] = rows;
  return row === undefined ? { type: 'exists' } : { type: 'created', organizationKey: row.organization_key };
}
