import type { BatchOutcome, GatheredBatches, GatheringHandler, PartitionBatch } from './partition-batch';

export interface GatheringTerms {
  /** Transactions at once, while they are full: two keep one Node process and Postgres busy together. */
  readonly transactionsAtOnce: number;
  /** Records in one transaction, at most. */
  readonly maxRecords: number;
}

/** What waits of a partition that has no batch in a transaction. */
export interface WaitingRun {
  readonly partition: number;
  /** How many records wait. */
  readonly records: () => number;
  /** What is to be passed next, of so many records at most; asked when there is room for it, and perhaps before. */
  readonly take: (maxRecords: number) => PartitionBatch;
}

interface Waiting extends WaitingRun {
  readonly resolve: (outcome: BatchOutcome) => void;
  readonly reject: (error: unknown) => void;
}

interface Gathered extends Waiting {
  readonly batch: PartitionBatch;
}

/**
 * Puts batches of several partitions into one transaction: whatever waits when one begins, up to its size. A
 * transaction has a cost of its own, which partitions with little in each would otherwise pay every one for itself; for
 * the same reason another one begins beside those at work only when it is full, and else grows until they have ended.
 * Under load the batches are full, and each has its own. When one fails, so do all of its batches, and each is alone
 * the next time: what fails by itself holds up nobody for longer.
 */
export class BatchGatherer {
  private readonly waiting: Waiting[] = [];
  /** Partitions whose last batch failed. */
  private readonly failed = new Set<number>();
  private running = 0;

  constructor(
    private readonly handler: GatheringHandler,
    private readonly terms: GatheringTerms,
  ) {}

  /** Passes what waits of a partition, as much as there is room for. @throws what the handler throws. */
  pass(run: WaitingRun): Promise<BatchOutcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...run, resolve, reject });
      // Not at once: the other partitions of the same fetch come within this turn of the event loop.
      setImmediate(() => this.beginTransactions());
    });
  }

  private beginTransactions(): void {
    while (this.mayBegin()) void this.transact(this.gather());
  }

  private mayBegin(): boolean {
    if (this.waiting.length === 0 || this.running >= this.terms.transactionsAtOnce) return false;
    if (this.running === 0) return true;
    let records = 0;
    for (const run of this.waiting) records += run.records();
    return records >= this.terms.maxRecords;
  }

  private gather(): Gathered[] {
    const gathered: Gathered[] = [];
    let room = this.terms.maxRecords;
    for (const next of this.waiting) {
      if (gathered.length > 0 && (room === 0 || this.mustBeAlone(next, gathered))) break;
      const batch = next.take(room);
      gathered.push({ ...next, batch });
      room -= batch.messages.length;
    }
    this.waiting.splice(0, gathered.length);
    return gathered;
  }

  private mustBeAlone(next: Waiting, gathered: readonly Gathered[]): boolean {
    return [next, ...gathered].some(({ partition }) => this.failed.has(partition));
  }

  private async transact(gathered: readonly Gathered[]): Promise<void> {
    this.running += 1;
    try {
      const batches = gathered.map(({ batch }) => batch);
      const outcomes = await this.handler({ batches, following: this.followingOf(batches) });
      for (const [index, { partition, resolve }] of gathered.entries()) {
        this.failed.delete(partition);
        resolve(outcomeAt(outcomes, index));
      }
    } catch (error) {
      for (const { partition, reject } of gathered) {
        this.failed.add(partition);
        reject(error);
      }
    } finally {
      this.running -= 1;
      this.beginTransactions();
    }
  }

  /** What the next transaction will be made of, as far as it was fetched: no more, for it is kept in memory twice. */
  private followingOf(batches: readonly PartitionBatch[]): GatheredBatches['following'] {
    const following: PartitionBatch['messages'][] = [];
    let room = this.terms.maxRecords;
    for (const { take } of this.waiting) {
      if (room <= 0) return following;
      const { messages } = take(room);
      following.push(messages);
      room -= messages.length;
    }
    for (const { following: behind } of batches) {
      if (room <= 0) return following;
      following.push(behind.slice(0, room));
      room -= behind.length;
    }
    return following;
  }
}

function outcomeAt(outcomes: readonly BatchOutcome[], index: number): BatchOutcome {
  const outcome = outcomes[index];
  if (outcome === undefined) throw new Error(`the handler answered for ${outcomes.length} batches only`);
  return outcome;
}
