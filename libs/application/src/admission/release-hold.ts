import type { HoldKey, OrganizationId } from '@floopy/domain';
import type { ReleaseAnswer } from './admission-store';
import { bringOrganization, type JoinPorts } from './join-organization';

/** Gives back what was held for a request that will not run. What has run is settled by its usage, and stays so. */
export async function releaseHold(
  ports: JoinPorts,
  organizationId: OrganizationId,
  key: HoldKey,
): Promise<ReleaseAnswer | 'unknown_organization'> {
  if (!(await bringOrganization(ports, organizationId))) return 'unknown_organization';
  return ports.store.release(organizationId, key, ports.clock());
}
