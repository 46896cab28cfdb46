import type { DeadLetterReason, DecodedUsage, Instant, ParkedIdentity } from '@floopy/domain';
import type { RawRecord } from '../usage/ingest-usage';

/** Who acts on a dead letter, and under which number that is written down. */
export interface Operator {
  readonly name: string;
  /** Null where nothing was written down beforehand: in a trial. */
  readonly actNumber: number | null;
}

/** Which dead letters are meant: those for which all of this holds. */
export interface DeadLetterSelection {
  /** These, wherever they lie; all when absent. */
  readonly letterKeys?: readonly number[];
  readonly reason?: DeadLetterReason;
  readonly organizationId?: string;
  readonly topic?: string;
  readonly partition?: number;
  /** Half-open. */
  readonly offsets?: { readonly from: number; readonly to: number };
  /** Parked at or after. */
  readonly from?: Instant;
  /** Parked before. */
  readonly to?: Instant;
}

/** A dead letter, locked, whatever has become of it. */
export interface LockedLetter extends ParkedIdentity {
  readonly letterKey: number;
  readonly status: 'parked' | 'applied' | 'duplicate' | 'discarded';
  readonly appendedAt: Instant;
  /** As it arrived. */
  readonly raw: RawRecord;
}

/** What is taken in the place of what arrived. */
export interface Correction {
  readonly raw: RawRecord;
  /** Under an identity of the operator's. */
  readonly isReissued: boolean;
}

/** One transaction: all of it happens, or nothing. */
export interface LetterTransaction {
  /** Null when there is no such letter. */
  lockLetter(letterKey: number): Promise<LockedLetter | null>;
  /** Beside the letter, and beside earlier corrections. */
  saveCorrection(letterKey: number, correction: Correction, operator: Operator): Promise<void>;
  /** Discards those of these letters that are still parked. @returns how many */
  discard(letterKeys: readonly number[], reason: string, operator: Operator): Promise<number>;
}

export interface LetterStore {
  inTransaction<Result>(work: (transaction: LetterTransaction) => Promise<Result>): Promise<Result>;
  /** Letters that are still parked, in the order in which they were, behind one. */
  selectParked(selection: DeadLetterSelection, after: number, limit: number): Promise<readonly number[]>;
}

/** How records are written and read, as the contracts say. */
export interface LetterPorts {
  readonly store: LetterStore;
  readonly decode: (record: RawRecord & { readonly appendedAt: Instant }) => DecodedUsage;
  /** A record that says what a CloudEvent in JSON says, under another identity where one is given. */
  readonly encode: (event: object, identity: { readonly source: string; readonly id: string } | null) => RawRecord;
  /** What a record says, as a CloudEvent in JSON; null when that cannot be read. */
  readonly eventOf: (record: RawRecord & { readonly appendedAt: Instant }) => object | null;
}
