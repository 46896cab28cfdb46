import type { FollowedPosition } from './admission-source';
import type { LedgerStretch } from './admission-store';
import type { AdmitPorts } from './admission-ports';

export type FollowPorts = Pick<AdmitPorts, 'store' | 'source' | 'terms' | 'followed'>;

/**
 * Brings what was posted since to the store: charges, and the end of the holds that they settle, at once. Between two
 * rounds the store knows too little spending and too many holds, never too much of either: what is charged is still held.
 * @returns how many entries it has brought
 */
export async function followLedger(ports: FollowPorts): Promise<number> {
  const moved = await ports.source.readMoved(ports.followed.list());
  await Promise.all(moved.map((stretch) => follow(ports, stretch)));
  return moved.reduce((sum, { entries }) => sum + entries.length, 0);
}

/** The same for one organization, as far as its ledger goes, or until a position of it. */
export async function followOrganization(ports: FollowPorts, from: FollowedPosition, until = Infinity): Promise<void> {
  let known: FollowedPosition = from;
  while (known.position < until) {
    const [stretch] = await ports.source.readMoved([known]);
    if (stretch === undefined) break;
    known = await follow(ports, shortenTo(stretch, until));
  }
  ports.followed.follow(known);
}

function shortenTo(stretch: LedgerStretch, until: number): LedgerStretch {
  const entries = stretch.entries.slice(0, until - stretch.from);
  return { ...stretch, to: stretch.from + entries.length, entries };
}

async function follow({ store, terms, followed }: FollowPorts, stretch: LedgerStretch): Promise<FollowedPosition> {
  const { organizationId, termsVersion, to } = stretch;
  if (termsVersion > followed.termsVersionOf(organizationId)) terms.forget(organizationId);
  const answer = await store.settle(stretch);
  // A store that lost its last writes, or that others have brought further, says where it stands.
  const position = answer.type === 'gap' ? answer.position : to;
  const known = { organizationId, position, termsVersion };
  followed.follow(known);
  return known;
}
