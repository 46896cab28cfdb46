import { addAmounts, type Amount, type DeadLetterReason, type Instant, ZERO_AMOUNT } from '@floopy/domain';
import type { DeadLetterSelection } from '../dead-letters/letter-store';
import type { OffsetRange, ReadableOffsets } from './offset-ranges';

/** Where the usage comes from that is to be read again. */
export type ReplaySource =
  | { readonly type: 'log'; readonly topic: string; readonly ranges: readonly OffsetRange[] }
  | { readonly type: 'letters'; readonly selection: DeadLetterSelection }
  | FileSource;

/** A file of usage; its lines are the offsets of a reading of its own, which is named after what is in it. */
export interface FileSource {
  readonly type: 'file';
  readonly path: string;
  /** Under which its reading is written down, as that of a topic is: named after its digest. */
  readonly topic: string;
  /** SHA-256 of its bytes. */
  readonly digest: string;
  readonly format: UsageFileFormat;
  readonly lines: number;
}

export type UsageFileFormat = 'cloud_events' | 'ledger_export';

/** What would become of a record. */
export type PlannedOutcome =
  | 'applied'
  | 'duplicate'
  | 'parked'
  /** Parked, and discarded by an operator: it stays so. */
  | 'discarded'
  /** Passed, and neither on the ledger nor parked: a replay cannot mend that, a proof names it. */
  | 'unaccounted';

export interface PlannedRecords {
  /** Null where the record does not say. */
  readonly organizationId: string | null;
  readonly outcome: PlannedOutcome;
  /** Of what would be parked. */
  readonly reason: DeadLetterReason | null;
  readonly records: number;
  /** What would be posted; null where nothing would be. */
  readonly amount: Amount | null;
}

/** A plan as it is made: what is to be read again, and what would become of it. */
export interface DraftedPlan {
  readonly source: ReplaySource;
  readonly records: readonly PlannedRecords[];
  /** What was asked for and is no part of it, and why; nothing of a file or of letters. */
  readonly leftOut: Omit<ReadableOffsets, 'readable'>;
}

/** A plan as it is kept. */
export interface ReplayPlan extends DraftedPlan {
  readonly number: number;
  readonly plannedAt: Instant;
  readonly plannedBy: string;
}

/** Adds up what would become of records, by organization, outcome and reason. */
export class PlannedTally {
  private readonly tallies = new Map<string, PlannedRecords>();

  add(one: Omit<PlannedRecords, 'records'>): void {
    const key = `${one.organizationId ?? ''} ${one.outcome} ${one.reason ?? ''}`;
    const known = this.tallies.get(key);
    const amount = sumOf(known?.amount ?? null, one.amount);
    this.tallies.set(key, { ...one, amount, records: (known?.records ?? 0) + 1 });
  }

  /** By organization, those that would be applied first. */
  get records(): PlannedRecords[] {
    return [...this.tallies.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, tally]) => tally);
  }
}

function sumOf(one: Amount | null, other: Amount | null): Amount | null {
  return one === null && other === null ? null : addAmounts(one ?? ZERO_AMOUNT, other ?? ZERO_AMOUNT);
}
