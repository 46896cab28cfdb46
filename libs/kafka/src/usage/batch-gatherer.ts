import type { BatchOutcome, GatheredBatches, GatheringHandler, PartitionBatch } from './partition-batch';

export interface GatheringTerms {
  /** Transactions at once: two keep one Node process and Postgres busy together. */
  readonly transactionsAtOnce: number;
  /** Records in one transaction, at most; a batch is never larger. */
  readonly maxRecords: number;
}

interface Waiting {
  readonly batch: PartitionBatch;
  readonly resolve: (outcome: BatchOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Puts batches of several partitions into one transaction: whatever waits when one begins, up to its size. A
 * transaction has a cost of its own, which partitions with little in each would otherwise pay every one for itself.
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

  /** Hands a batch over. @throws what the handler throws. */
  readonly handle = (batch: PartitionBatch): Promise<BatchOutcome> =>
    new Promise((resolve, reject) => {
      this.waiting.push({ batch, resolve, reject });
      // Not at once: the other partitions of the same fetch come within this turn of the event loop.
      setImmediate(() => this.beginTransactions());
    });

  private beginTransactions(): void {
    while (this.waiting.length > 0 && this.running < this.terms.transactionsAtOnce) void this.pass(this.gather());
  }

  private gather(): Waiting[] {
    const gathered: Waiting[] = [];
    let records = 0;
    for (const next of this.waiting) {
      if (gathered.length > 0 && !this.fits(next, gathered, records)) break;
      gathered.push(next);
      records += next.batch.messages.length;
    }
    this.waiting.splice(0, gathered.length);
    return gathered;
  }

  private fits(next: Waiting, gathered: readonly Waiting[], records: number): boolean {
    const { partition } = next.batch;
    const isThere = gathered.some(({ batch }) => batch.partition === partition);
    const mustBeAlone = [next, ...gathered].some(({ batch }) => this.failed.has(batch.partition));
    return !isThere && !mustBeAlone && records + next.batch.messages.length <= this.terms.maxRecords;
  }

  private async pass(gathered: readonly Waiting[]): Promise<void> {
    this.running += 1;
    try {
      const batches = gathered.map(({ batch }) => batch);
      const outcomes = await this.handler({ batches, following: this.followingOf(batches) });
      for (const [index, { batch, resolve }] of gathered.entries()) {
        this.failed.delete(batch.partition);
        resolve(outcomeAt(outcomes, index));
      }
    } catch (error) {
      for (const { batch, reject } of gathered) {
        this.failed.add(batch.partition);
        reject(error);
      }
    } finally {
      this.running -= 1;
      this.beginTransactions();
    }
  }

  /** What the next transaction will be made of, as far as it was fetched: no more, for it is kept in memory twice. */
  private followingOf(batches: readonly PartitionBatch[]): GatheredBatches['following'] {
    const next = [...this.waiting.map(({ batch }) => batch.messages), ...batches.map(({ following }) => following)];
    const following: PartitionBatch['messages'][] = [];
    let records = 0;
    for (const messages of next) {
      if (records >= this.terms.maxRecords) break;
      following.push(messages);
      records += messages.length;
    }
    return following;
  }
}

function outcomeAt(outcomes: readonly BatchOutcome[], index: number): BatchOutcome {
  const outcome = outcomes[index];
  if (outcome === undefined) throw new Error(`the handler answered for ${outcomes.length} batches only`);
  return outcome;
}
