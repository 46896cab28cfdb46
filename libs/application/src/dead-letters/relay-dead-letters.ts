import type { DeadLetterReason, Fault, Instant } from '@floopy/domain';
import type { RawRecord } from '../usage/ingest-usage';

/** A parked record as it is kept: the truth is this row, the topic only tells of it. */
export interface KeptDeadLetter {
  readonly deadLetterKey: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: DeadLetterReason;
  readonly faults: readonly Fault[];
  readonly raw: RawRecord;
  readonly parkedAt: Instant;
}

export interface DeadLetterRound {
  readUnpublished(): Promise<readonly KeptDeadLetter[]>;
  markPublished(deadLetters: readonly KeptDeadLetter[]): Promise<void>;
}

export interface DeadLetterRelayPorts {
  readonly store: {
    /** Runs a round on rows that no other round holds. */
    inTurn(round: (transaction: DeadLetterRound) => Promise<number>): Promise<number>;
  };
  readonly publisher: { publishDeadLetters(deadLetters: readonly KeptDeadLetter[]): Promise<void> };
}

/**
 * Tells the dead-letter topic of parked records, at least once.
 * @returns how many; 0 means that the topic has heard of all.
 */
export async function relayDeadLetters({ store, publisher }: DeadLetterRelayPorts): Promise<number> {
  return store.inTurn(async (round) => {
    const deadLetters = await round.readUnpublished();
    await publisher.publishDeadLetters(deadLetters);
    await round.markPublished(deadLetters);
    return deadLetters.length;
  });
}
