import type { OrganizationId } from '@floopy/domain';
import type { AdmitPorts } from './admission-ports';
import { followOrganization } from './follow-ledger';

export type JoinPorts = Pick<AdmitPorts, 'store' | 'source' | 'terms' | 'followed' | 'clock'>;

/**
 * Follows an organization from now on, where this process does not yet: from where the store stands, which others may have
 * left long ago, so that what was posted since settles its holds; else from what Postgres has.
 * @returns false when there is no such organization
 */
export async function joinOrganization(ports: JoinPorts, organizationId: OrganizationId): Promise<boolean> {
  const { followed } = ports;
  if (followed.has(organizationId)) return true;
  return followed.joining(organizationId, () => join(ports, organizationId));
}

async function join(ports: JoinPorts, organizationId: OrganizationId): Promise<boolean> {
  const summary = await ports.store.summary(organizationId, ports.clock());
  if (summary === null) return loadOrganization(ports, organizationId);
  await followOrganization(ports, { organizationId, position: summary.position, termsVersion: 0 });
  return true;
}

/** The same, and sees to it that the store knows the organization: it may have lost it, or been another process's until now. */
export async function bringOrganization(ports: JoinPorts, organizationId: OrganizationId): Promise<boolean> {
  if (!(await joinOrganization(ports, organizationId))) return false;
  const isKnown = (await ports.store.summary(organizationId, ports.clock())) !== null;
  return isKnown || ports.followed.joining(organizationId, () => loadOrganization(ports, organizationId));
}

/** Brings an organization into the store as Postgres has it, and follows its ledger from there. */
export async function loadOrganization(
  ports: Omit<JoinPorts, 'terms'>,
  organizationId: OrganizationId,
): Promise<boolean> {
  const snapshot = await ports.source.read(organizationId, ports.clock());
  if (snapshot === null) return false;
  await ports.store.load(snapshot);
  ports.followed.follow(snapshot);
  return true;
}
