import type { DeadLetterRelayPorts } from '@floopy/application';
import type { DatabasePool } from '../connection/pool';
import { takeTurn } from '../connection/take-turn';
import { inTransaction } from '../connection/transaction';
import { markDeadLettersPublished } from './mark-dead-letters-published';
import { readUnpublishedDeadLetters } from './read-unpublished-dead-letters';

const DEAD_LETTER_RELAY_LOCK = 7_305_115;

/**
 * The store behind `relayDeadLetters`. One relay has its turn; no letter is locked while the brokers are asked, so that
 * whoever drives letters again waits for no broker.
 * @param limit how many one round takes; each may be as large as a record
 */
export function createDeadLetterRelayStore(pool: DatabasePool, limit: number): DeadLetterRelayPorts['store'] {
  return {
    inTurn: (round) =>
      inTransaction(pool, async (transaction) => {
        if (!(await takeTurn(transaction, DEAD_LETTER_RELAY_LOCK))) return 0;
        return round({
          readUnpublished: () => readUnpublishedDeadLetters(transaction, limit),
          markPublished: (deadLetters) => markDeadLettersPublished(transaction, deadLetters),
        });
      }),
  };
}
