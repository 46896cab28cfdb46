import { type Amount, type OrganizationId, ZERO_AMOUNT } from '@floopy/domain';
import type { HeldSummary } from './admission-store';
import { followOrganization } from './follow-ledger';
import { bringOrganization, type JoinPorts } from './join-organization';

export interface HeldPlace {
  /** Of the organization's ledger. */
  readonly position: number;
  /** Whether it was certain there that nothing is held for an organization that the store does not know. */
  readonly holdsNothing: boolean;
}

export type HeldThen =
  | { readonly type: 'known'; readonly held: Amount; readonly byTeam: HeldSummary['heldByTeam'] }
  /** The store stands at another position by now: a later reading of the ledger may meet it. */
  | { readonly type: 'elsewhere' }
  /** Nobody here can say what is held. */
  | { readonly type: 'unknown' };

/**
 * What is held for an organization at exactly this position of its ledger, so that balance and holds are of one moment. A
 * store that is behind is brought there first.
 */
export async function heldAt(
  ports: JoinPorts,
  organizationId: OrganizationId,
  { position, holdsNothing }: HeldPlace,
): Promise<HeldThen> {
  const known = await ports.store.summary(organizationId, ports.clock());
  if (known === null) return holdsNothing ? NOTHING_HELD : bringUnknown(ports, organizationId);
  const isBehind = known.position < position;
  const summary = isBehind ? await catchUp(ports, organizationId, { from: known.position, to: position }) : known;
  if (summary === null || summary.recoveringUntil !== null) return { type: 'unknown' };
  if (summary.position !== position) return { type: 'elsewhere' };
  return { type: 'known', held: summary.held, byTeam: summary.heldByTeam };
}

const NOTHING_HELD: HeldThen = { type: 'known', held: ZERO_AMOUNT, byTeam: new Map() };

async function bringUnknown(ports: JoinPorts, organizationId: OrganizationId): Promise<HeldThen> {
  await bringOrganization(ports, organizationId);
  const isKnown = (await ports.store.summary(organizationId, ports.clock())) !== null;
  return { type: isKnown ? 'elsewhere' : 'unknown' };
}

/** Without waiting for the follower's next round, and no further: where a busy ledger ends by now is another moment. */
async function catchUp(
  ports: JoinPorts,
  organizationId: OrganizationId,
  { from: position, to }: { readonly from: number; readonly to: number },
): Promise<HeldSummary | null> {
  const termsVersion = ports.followed.termsVersionOf(organizationId);
  await followOrganization(ports, { organizationId, position, termsVersion }, to);
  return ports.store.summary(organizationId, ports.clock());
}
