import type { LedgerStretch } from './admission-store';
import type { AdmitPorts } from './admit-request';

export type FollowPorts = Pick<AdmitPorts, 'store' | 'source' | 'terms' | 'followed'>;

/**
 * Brings what was posted since to the store: charges, and the end of the holds that they settle, at once. Between two
 * rounds the store knows too little spending and too many holds, never too much of either: what is charged is still held.
 * @returns how many stretches were new; 0 means that everybody stands where the ledger does.
 */
export async function followLedger(ports: FollowPorts): Promise<number> {
  const moved = await ports.source.readMoved(ports.followed.list());
  for (const stretch of moved) await follow(ports, stretch);
  return moved.length;
}

async function follow({ store, terms, followed }: FollowPorts, stretch: LedgerStretch): Promise<void> {
  const { organizationId, termsVersion, to } = stretch;
  if (termsVersion > followed.termsVersionOf(organizationId)) terms.forget(organizationId);
  const answer = await store.settle(stretch);
  // A store that lost its last writes, or that others have brought further, says where it stands.
  const position = answer.type === 'gap' ? answer.position : to;
  followed.follow({ organizationId, position, termsVersion });
}
