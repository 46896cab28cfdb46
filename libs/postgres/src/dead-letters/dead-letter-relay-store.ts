import type { DeadLetterRelayPorts } from '@floopy/application';
import type { DatabasePool } from '../connection/pool';
import { inTransaction } from '../connection/transaction';
import { markDeadLettersPublished } from './mark-dead-letters-published';
import { readUnpublishedDeadLetters } from './read-unpublished-dead-letters';

/** The store behind `relayDeadLetters`. @param limit how many one round takes; each may be as large as a record. */
export function createDeadLetterRelayStore(pool: DatabasePool, limit: number): DeadLetterRelayPorts['store'] {
  return {
    inTurn: (round) =>
      inTransaction(pool, (transaction) =>
        round({
          readUnpublished: () => readUnpublishedDeadLetters(transaction, limit),
          markPublished: (deadLetters) => markDeadLettersPublished(transaction, deadLetters),
        }),
      ),
  };
}
