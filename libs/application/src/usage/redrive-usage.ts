import {
  type Amount,
  assert,
  type DeadLetterReason,
  type DecodedUsage,
  type Fault,
  identifyUsage,
  type Instant,
  type OrganizationId,
  type SettledBatch,
  type Settlement,
} from '@floopy/domain';
import type { Operator } from '../dead-letters/letter-store';
import type { RawRecord } from './ingest-usage';
import { type SettlingPorts, type SettlingTransaction, settleUnderLocks } from './settle-under-locks';

/** A dead letter that nothing was made of yet, locked. */
export interface OpenLetter {
  readonly letterKey: number;
  readonly ingestPartition: number;
  readonly offset: number;
  /** The broker's time for it, as when it arrived. */
  readonly appendedAt: Instant;
  /** What an operator has put in its place, else what arrived. */
  readonly raw: RawRecord;
}

export interface LockedLetters {
  /** By partition, and in order of offset. */
  readonly letters: readonly OpenLetter[];
  /** Rises whenever a rate card or an override is published. */
  readonly publishedPrices: number;
}

/** What became of a dead letter that was driven through the pipeline again. */
export type LetterFate =
  | {
      readonly type: 'applied';
      readonly organizationId: OrganizationId;
      readonly position: number;
      readonly amount: Amount;
    }
  /** The same event was applied before, in whatever way it came. */
  | { readonly type: 'duplicate' }
  /** It stays where it is, perhaps for another reason. */
  | { readonly type: 'parked'; readonly reason: DeadLetterReason; readonly faults: readonly Fault[] };

export interface RedrivenLetter {
  readonly letter: OpenLetter;
  readonly fate: LetterFate;
}

/** What a transaction writes: ledger events and their projections, and for each letter its fate, with its partition's counts. */
export interface Redriven {
  readonly letters: readonly RedrivenLetter[];
  readonly settlement: Settlement;
  readonly operator: Operator;
}

export interface RedriveTransaction extends SettlingTransaction {
  /** Locks those of these letters that are still parked, and then their partitions, each in one order for everybody. */
  lockLetters(letterKeys: readonly number[]): Promise<LockedLetters>;
  save(redriven: Redriven): Promise<void>;
}

export interface RedrivePorts extends SettlingPorts {
  readonly store: {
    inTransaction<Result>(work: (transaction: RedriveTransaction) => Promise<Result>): Promise<Result>;
  };
  readonly decode: (record: RawRecord & { readonly appendedAt: Instant }) => DecodedUsage;
}

/**
 * Applies records that were passed before and parked, through the same decoding, pricing and posting as any other, under
 * the same identity, at the prices that are in force for them now. What is applied, or turns out to be a duplicate, is no
 * longer counted as parked, in the same transaction; no partition's offset moves. Whoever comes second finds nothing left.
 * @returns the letters that were still parked, with what became of them; the others were resolved before
 */
export async function redriveUsage(
  ports: RedrivePorts,
  letterKeys: readonly number[],
  operator: Operator,
): Promise<RedrivenLetter[]> {
  return ports.store.inTransaction(async (transaction) => {
    const { letters, publishedPrices } = await transaction.lockLetters(letterKeys);
    if (letters.length === 0) return [];
    const batches = batchesOf(letters).map((inPartition) => ({
      ingestPartition: inPartition.ingestPartition,
      letters: inPartition.letters,
      records: inPartition.letters.map((letter) =>
        identifyUsage(letter.offset, ports.decode({ ...letter.raw, appendedAt: letter.appendedAt }), ports.sha256),
      ),
    }));
    const settlement = await settleUnderLocks(ports, transaction, batches, publishedPrices);
    const redriven = batches.flatMap((batch, index) => fatesOf(batch.letters, settlement.batches[index]));
    await transaction.save({ letters: redriven, settlement, operator });
    return redriven;
  });
}

interface LettersOfPartition {
  readonly ingestPartition: number;
  readonly letters: OpenLetter[];
}

function batchesOf(letters: readonly OpenLetter[]): LettersOfPartition[] {
  const batches: LettersOfPartition[] = [];
  for (const letter of letters) {
    const last = batches.at(-1);
    if (last?.ingestPartition === letter.ingestPartition) last.letters.push(letter);
    else batches.push({ ingestPartition: letter.ingestPartition, letters: [letter] });
  }
  return batches;
}

function fatesOf(letters: readonly OpenLetter[], settled: SettledBatch | undefined): RedrivenLetter[] {
  assert(settled !== undefined, 'every batch is settled');
  const fates = new Map<number, LetterFate>();
  for (const { usage, posted } of settled.applied) {
    const { organizationId, sequence: position, amount } = posted;
    fates.set(usage.offset, { type: 'applied', organizationId, position, amount });
  }
  for (const { offset, reason, faults } of settled.parked) fates.set(offset, { type: 'parked', reason, faults });
  return letters.map((letter) => ({ letter, fate: fates.get(letter.offset) ?? { type: 'duplicate' } }));
}
