import type { OrganizationId } from '@floopy/domain';
import { findOrganizationKey, type Queries } from '@floopy/postgres';
import { WrongUsage } from '../session/faults';

/** @throws WrongUsage when there is no such organization. */
export async function requireOrganization(
  queries: Queries,
  organizationId: OrganizationId,
): Promise<{ readonly organizationKey: number; readonly organizationId: OrganizationId }> {
  const organizationKey = await findOrganizationKey(queries, organizationId);
  if (organizationKey === null) throw new WrongUsage(`There is no organization ${organizationId}.`);
  return { organizationKey, organizationId };
}
