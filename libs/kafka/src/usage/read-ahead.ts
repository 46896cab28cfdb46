import type { Attempts } from './attempts';
import type { BatchGatherer, WaitingRun } from './batch-gatherer';
import { type ClaimedPartition, nextRun, passed } from './claimed-partition';
import type { BatchOutcome } from './partition-batch';

/** Of one partition the client reads no more while so many transactions' worth waits: one in flight, and the next … */
const TRANSACTIONS_OF_ONE_PARTITION = 2;
/** … and of all partitions while so much waits. */
const TRANSACTIONS_IN_ALL = 8;

export interface ReadAheadTerms {
  readonly topic: string;
  /** Records in one transaction, at most. */
  readonly maxBatchRecords: number;
  readonly partitions: ReadonlyMap<number, ClaimedPartition>;
  readonly gatherer: BatchGatherer;
  readonly attempts: Attempts;
  /** False once the partition was claimed anew, or the reader stops. */
  readonly isCurrent: (partition: number, claimed: ClaimedPartition) => boolean;
  /** The claim is no longer good, or the position is another one than it was. */
  readonly refused: (partition: number) => void;
  readonly advanced: (partition: number, records: number, lagRecords: number) => void;
  readonly pause: (partition: number) => void;
  readonly resume: (partition: number) => void;
}

/**
 * Applies what was read while the client reads on: neither waits for the other, up to a bound. A partition of which
 * enough waits is not read on, so that memory is bounded and one that is stuck holds up no other.
 */
export class ReadAhead {
  private readonly atWork = new Set<Promise<void>>();

  constructor(private readonly terms: ReadAheadTerms) {}

  /** Passes what was read of a partition, run by run, unless that is being done already. */
  pass(partition: number, claimed: ClaimedPartition): void {
    if (!claimed.heldBack && !this.hasRoom(claimed)) {
      claimed.heldBack = true;
      this.terms.pause(partition);
    }
    if (claimed.passing) return;
    claimed.passing = true;
    const work = this.passRuns(partition, claimed).finally(() => {
      claimed.passing = false;
      this.atWork.delete(work);
    });
    this.atWork.add(work);
  }

  /** Ends when nothing is in flight any more. */
  async finished(): Promise<void> {
    await Promise.all(this.atWork);
  }

  private async passRuns(partition: number, claimed: ClaimedPartition): Promise<void> {
    do {
      const outcome = await this.passRun(partition, claimed);
      if (outcome === null || !this.terms.isCurrent(partition, claimed)) return;
      if (outcome.type !== 'ingested') return this.terms.refused(partition);
      this.advance(partition, claimed, outcome.nextOffset);
    } while (claimed.waiting.length > 0);
  }

  /** @returns null when the claim was replaced, or the reader stopped, before anybody could be asked. */
  private async passRun(partition: number, claimed: ClaimedPartition): Promise<BatchOutcome | null> {
    const { topic, gatherer, attempts, isCurrent } = this.terms;
    const place = { topic, partition };
    const run: WaitingRun = {
      partition,
      records: () => claimed.waiting.length,
      take: (maxRecords) => nextRun(claimed, place, maxRecords),
    };
    let outcome: BatchOutcome | null = null;
    await attempts.untilDone(partition, async () => {
      if (!isCurrent(partition, claimed)) return 'dropped';
      outcome = await gatherer.pass(run);
      return 'done';
    });
    return outcome;
  }

  private advance(partition: number, claimed: ClaimedPartition, nextOffset: number): void {
    const waited = claimed.waiting.length;
    passed(claimed, nextOffset);
    this.terms.advanced(partition, waited - claimed.waiting.length, claimed.logEnd - claimed.nextOffset);
    if (!claimed.heldBack || (claimed.waiting.length > 0 && !this.hasRoom(claimed))) return;
    claimed.heldBack = false;
    this.terms.resume(partition);
  }

  private hasRoom({ waiting }: ClaimedPartition): boolean {
    const { maxBatchRecords, partitions } = this.terms;
    if (waiting.length >= TRANSACTIONS_OF_ONE_PARTITION * maxBatchRecords) return false;
    let inAll = 0;
    for (const claimed of partitions.values()) inAll += claimed.waiting.length;
    return inAll < TRANSACTIONS_IN_ALL * maxBatchRecords;
  }
}
