import type { HoldJournal } from '@floopy/application';
import { type BorrowedClient, borrowClient } from '../connection/borrow-client';
import type { DatabasePool } from '../connection/pool';
import { onlyRow, type Queries, queriesOf } from '../connection/queries';
import { closeHolds } from './close-holds';
import { insertHolds } from './insert-holds';

/** Who may keep holds in memory: one process of all that share a database. */
export interface HoldOwnership {
  /** The journal of this process, as long as it is the owner; null otherwise. */
  journal(): HoldJournal | null;
  /** Tries to become the owner, or to stay it. @returns whether this process is it; another may be, or Postgres away. */
  claim(): Promise<boolean>;
  /** Lets another process be the owner. */
  release(): Promise<void>;
}

/** Any number will do, as long as every process that holds in memory takes the same. */
export const OWNER_LOCK = 7_305_120;

interface OwnedJournal {
  readonly borrowed: BorrowedClient;
  readonly journal: HoldJournal;
}

/**
 * Ownership is a session's advisory lock, so that it ends with the process; and a number, raised by each owner, so that one
 * that has lost its lock without noticing writes nothing any more. A new owner reads the journal only after that.
 */
export function createHoldOwnership(pool: DatabasePool): HoldOwnership {
  let owned: OwnedJournal | null = null;

  function lose(borrowed: BorrowedClient, error?: Error): void {
    if (owned?.borrowed !== borrowed) return;
    owned = null;
    borrowed.giveBack(error ?? true);
  }

  async function become(borrowed: BorrowedClient): Promise<boolean> {
    const queries = queriesOf(borrowed.client);
    if (!(await tryLock(queries))) return false;
    const epoch = await raiseEpoch(queries);
    const journal = journalUnder(queriesOf(pool), epoch, () => lose(borrowed));
    owned = { borrowed, journal };
    borrowed.client.on('error', (error) => lose(borrowed, error));
    return true;
  }

  return {
    journal: () => owned?.journal ?? null,

    async claim() {
      if (owned !== null) return true;
      const borrowed = await borrowClient(pool);
      let failure: Error | boolean = true;
      try {
        const isOwner = await become(borrowed);
        failure = false;
        return isOwner;
      } finally {
        // The lock is the session's: what became of a failed claim is unknown, and ends with its connection.
        if (owned === null) borrowed.giveBack(failure);
      }
    },

    async release() {
      // Closing the connection ends the session, and with it the lock.
      if (owned !== null) lose(owned.borrowed);
    },
  };
}

function journalUnder(queries: Queries, epoch: number, onFenced: () => void): HoldJournal {
  return {
    async write(holds) {
      const fates = await insertHolds(queries, holds, epoch);
      if (fates === 'fenced') onFenced();
      return fates;
    },
    close: (closings) => closeHolds(queries, closings),
  };
}

async function tryLock(queries: Queries): Promise<boolean> {
  const rows = await queries.query<{ taken: boolean }>({
    text: 'SELECT pg_try_advisory_lock($1) AS taken',
    values: [OWNER_LOCK],
  });
  return onlyRow(rows).taken;
}

async function raiseEpoch(queries: Queries): Promise<number> {
  const rows = await queries.query<{ epoch: string }>({
    text: 'UPDATE admission_epoch SET epoch = epoch + 1, taken_at = now() RETURNING epoch',
  });
  return Number(onlyRow(rows).epoch);
}
