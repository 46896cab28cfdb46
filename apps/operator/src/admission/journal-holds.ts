import { AdmissionBook, formatInstant, type Instant, type OrganizationId } from '@floopy/domain';
import {
  createAdmissionSource,
  type DatabasePool,
  findOrganizationKey,
  queriesOf,
  readHoldOwner,
  releaseFromOutside,
} from '@floopy/postgres';
import { WrongUsage } from '../session/faults';
import type { HeldReading, OpenedHolds } from './held-reading';

/** Holds that a process keeps in its memory, as its journal has them: what the ledger has settled since is taken off. */
export function openJournalHolds(pool: DatabasePool): OpenedHolds {
  const source = createAdmissionSource(pool);

  async function read(organizationId: OrganizationId, now: Instant, limit: number): Promise<HeldReading> {
    const snapshot = await source.read(organizationId, now);
    if (snapshot === null) throw new WrongUsage(`There is no organization ${organizationId}.`);
    const { position, balance, uses, leaked } = snapshot;
    const { holds } = new AdmissionBook(snapshot);
    const { openAmount: held, openHolds, openRequests } = holds;
    const sums = { held, heldByTeam: holds.listByTeam(), openHolds, openRequests };
    const listed = { holds: snapshot.holds.slice(0, limit), leaked, recoveringUntil: null };
    return { position, balance, uses, ...sums, ...listed };
  }

  return {
    store: 'memory',
    read,

    async state() {
      const { isThere, epoch, takenAt } = await readHoldOwner(queriesOf(pool));
      const since = epoch === 0 ? '' : ` since ${formatInstant(takenAt)} (owner number ${epoch})`;
      return isThere ? `one process admits${since}` : 'no process admits: none is there, or it cannot reach Postgres';
    },

    async release({ organizationId, ...release }, now) {
      const organizationKey = await findOrganizationKey(queriesOf(pool), organizationId);
      if (organizationKey === null) throw new WrongUsage(`There is no organization ${organizationId}.`);
      // What the ledger has settled is no longer open, whatever the journal has noted by now.
      const { holds } = await read(organizationId, now, Infinity);
      const isOpen = holds.some(
        ({ requestId, attemptId }) => requestId === release.requestId && attemptId === release.attemptId,
      );
      if (!isOpen) return 'not_open';
      return (await releaseFromOutside(queriesOf(pool), { organizationKey, ...release }, now)) === null
        ? 'not_open'
        : 'released';
    },
  };
}
