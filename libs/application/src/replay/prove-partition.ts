import { type Instant, LATEST_INSTANT, MAX_CLOCK_AHEAD_MS } from '@floopy/domain';
import { PUBLICATION_GRACE_MS } from '../ledger/verify-receipt';
import type { BatchRecord } from '../usage/ingest-usage';
import type { OffsetRange } from './offset-ranges';
import type { Difference } from './proof-differences';
import type { EntryPlace, ProvenPartition } from './proof-sources';

/** What the records of a partition came to, by their own telling. */
export interface PartitionTally {
  applied: number;
  duplicates: number;
  parked: number;
  skipped: number;
}

/** The reading of one partition: what its records came to, and which entries they should speak of. */
export class PartitionProof {
  readonly tally: PartitionTally = { applied: 0, duplicates: 0, parked: 0, skipped: 0 };
  private firstAppendedAt: Instant | null = null;
  /** From when on every entry of this partition is of a record that was read. */
  private certainFrom: Instant | null = null;
  private latest: Instant | null = null;
  /** Set when offsets went missing while they were read. */
  hasHole = false;

  constructor(
    readonly recorded: ProvenPartition,
    readonly range: OffsetRange,
  ) {}

  /** Whether every offset that was ever passed was read again. */
  get isWhole(): boolean {
    return !this.hasHole && this.range.from === this.recorded.firstOffset && this.reachesEnd;
  }

  private get reachesEnd(): boolean {
    return this.range.until === this.recorded.nextOffset;
  }

  took(record: BatchRecord): void {
    this.firstAppendedAt ??= record.appendedAt;
  }

  /**
   * Notes an entry that was first met at this record. One from well after the reading began cannot have been sent before
   * it, since it would have been parked as from the future: what was recorded later than that is of this reading.
   */
  applied({ identified }: BatchRecord, recordedAt: Instant): void {
    this.tally.applied += 1;
    this.latest = this.latest === null || recordedAt > this.latest ? recordedAt : this.latest;
    if (this.certainFrom !== null || this.firstAppendedAt === null || identified.type === 'rejected') return;
    if (identified.event.occurredAt > this.firstAppendedAt + MAX_CLOCK_AHEAD_MS) this.certainFrom = recordedAt;
  }

  /** Whether an entry of this partition must have been spoken of by a record that was read. */
  mustHaveRecord({ recordedAt }: EntryPlace): boolean {
    if (this.isWhole) return true;
    if (this.hasHole) return false;
    const from = this.range.from === this.recorded.firstOffset ? 0 : (this.certainFrom ?? LATEST_INSTANT);
    const until = this.reachesEnd ? LATEST_INSTANT : (this.latest ?? 0);
    return recordedAt > from + PUBLICATION_GRACE_MS && recordedAt < until - PUBLICATION_GRACE_MS;
  }

  /** Compares what the partition is said to have come to, where all of it was read. */
  *compareTally(): Generator<Difference> {
    if (!this.isWhole) return;
    const { partition } = this.recorded;
    for (const outcome of ['applied', 'duplicates', 'parked', 'skipped'] as const) {
      const [expected, found] = [this.tally[outcome], this.recorded[outcome]];
      if (expected === found) continue;
      yield { kind: `partition_${outcome}`, partition, expected: `${expected} offsets`, found: `${found}` };
    }
  }
}
