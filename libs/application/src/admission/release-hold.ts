import type { HoldKey, OrganizationId } from '@floopy/domain';
import type { ReleaseAnswer } from './admission-store';
import { type AdmitPorts, loadOrganization } from './admit-request';

export type ReleasePorts = Pick<AdmitPorts, 'store' | 'source' | 'followed' | 'clock'>;

/** Gives back what was held for a request that will not run. What has run is settled by its usage, and stays so. */
export async function releaseHold(
  ports: ReleasePorts,
  organizationId: OrganizationId,
  key: HoldKey,
): Promise<ReleaseAnswer | 'unknown_organization'> {
  const now = ports.clock();
  const isLoaded = (await ports.store.summary(organizationId, now)) !== null;
  if (!isLoaded && !(await loadOrganization(ports, organizationId))) return 'unknown_organization';
  return ports.store.release(organizationId, key, now);
}
