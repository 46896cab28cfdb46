import { type OrganizationId, type RateOverride, readRateOverrideContent } from '@floopy/domain';
import type { Queries } from '../connection/queries';

interface OverrideRow {
  readonly version: number | null;
  readonly content: string | null;
}

/** An organization's published overrides, oldest version first; null when there is no such organization. */
export async function readOverridesOfOrganization(
  queries: Queries,
  organizationId: OrganizationId,
): Promise<RateOverride[] | null> {
  const rows = await queries.query<OverrideRow>({
    name: 'read_overrides_of_organization',
    text: `
      SELECT version, content
        FROM organization
        LEFT JOIN rate_override USING (organization_key)
       WHERE organization_id = $1
       ORDER BY version`,
    values: [organizationId],
  });
  if (rows.length === 0) return null;
  return rows.flatMap(({ version, content }) =>
    version === null || content === null ? [] : [{ ...readRateOverrideContent(content), version }],
  );
}
