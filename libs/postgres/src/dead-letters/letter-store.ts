import type { LetterStore, LetterTransaction, LockedLetter } from '@floopy/application';
import { type DeadLetterReason, instantOfMilliseconds } from '@floopy/domain';
import { inRehearsal } from '../connection/in-rehearsal';
import type { DatabasePool } from '../connection/pool';
import { type Queries, queriesOf } from '../connection/queries';
import { inTransaction } from '../connection/transaction';
import { discardParkedLetters } from './discard-parked-letters';
import { saveCorrection } from './save-correction';
import { selectParkedLetters } from './select-parked-letters';
import { rawRecordOf, type StoredRecordRow } from './stored-record';

/** The store behind what operators do to dead letters. */
export function createLetterStore(pool: DatabasePool): LetterStore {
  return {
    inTransaction: (work) => inTransaction(pool, (transaction) => work(letterTransaction(transaction))),
    selectParked: (selection, after, limit) => selectParkedLetters(queriesOf(pool), selection, after, limit),
  };
}

/** As the store of `createLetterStore`, and then undoes all of it: only what would be refused is. */
export function createLetterRehearsal(pool: DatabasePool): LetterStore {
  return {
    ...createLetterStore(pool),
    inTransaction: (work) => inRehearsal(pool, (transaction) => work(letterTransaction(transaction))),
  };
}

function letterTransaction(transaction: Queries): LetterTransaction {
  return {
    lockLetter: (letterKey) => lockLetter(transaction, letterKey),
    saveCorrection: (letterKey, correction, operator) => saveCorrection(transaction, letterKey, correction, operator),
    discard: (letterKeys, reason, operator) => discardParkedLetters(transaction, letterKeys, reason, operator),
  };
}

interface LockedRow extends StoredRecordRow {
  readonly status: LockedLetter['status'];
  readonly reason: DeadLetterReason;
  readonly organization_id: string | null;
  readonly source: string | null;
  readonly event_id: string | null;
  readonly appended_at: Date;
}

/** Nobody resolves it until the transaction ends. */
async function lockLetter(transaction: Queries, letterKey: number): Promise<LockedLetter | null> {
  const rows = await transaction.query<LockedRow>({
    name: 'lock_letter',
    text: `
      SELECT status, reason, organization_id, source, event_id, appended_at, record_key, record_value, record_headers
        FROM dead_letter
       WHERE dead_letter_key = $1
         FOR UPDATE`,
    values: [letterKey],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const { status, reason, source } = row;
  return {
    letterKey,
    status,
    reason,
    organizationId: row.organization_id,
    source,
    eventId: row.event_id,
    appendedAt: instantOfMilliseconds(row.appended_at.getTime()),
    raw: rawRecordOf(row),
  };
}
