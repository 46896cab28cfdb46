import type { OrganizationId } from '@floopy/domain';
import type { FindOrganizationKey } from './access.guard';

const MAX_REMEMBERED_ORGANIZATIONS = 100_000;

/** Remembers the keys of organizations: an organization is never removed, and its key never changes. */
export function rememberOrganizationKeys(find: FindOrganizationKey): FindOrganizationKey {
  const keys = new Map<OrganizationId, number>();
  return async (organizationId) => {
    const known = keys.get(organizationId);
    if (known !== undefined) return known;
    const found = await find(organizationId);
    if (found === null) return null;
    if (keys.size >= MAX_REMEMBERED_ORGANIZATIONS) keys.clear();
    keys.set(organizationId, found);
    return found;
  };
}
