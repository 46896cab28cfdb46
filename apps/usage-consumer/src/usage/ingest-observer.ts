import type { IngestOutcome } from '@floopy/application';
import type { PartitionBatch, PartitionClaimed, ReaderObserver } from '@floopy/kafka';
import type { HealthFinding, Log, Metrics } from '@floopy/runtime';

export const INGEST_OBSERVER = Symbol('INGEST_OBSERVER');

const BATCH_SIZES = [1, 10, 50, 100, 250, 500, 1_000, 2_000, 5_000];
const COMMIT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Turns what happens to batches and partitions into facts, figures and health. */
export class IngestObserver implements ReaderObserver {
  private assignment: readonly number[] = [];
  private readonly halts = new Set<number>();
  private readonly failures = new Set<number | null>();
  private readonly events;
  private readonly batchRecords;
  private readonly commitSeconds;
  private readonly lagRecords;
  private readonly haltedPartitions;
  private readonly fences;

  constructor(
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.events = metrics.counter('floopy_usage_records_total', 'Records passed, by what became of them.', ['outcome']);
    this.batchRecords = metrics.histogram('floopy_usage_batch_records', 'Records of one transaction.', BATCH_SIZES);
    this.commitSeconds = metrics.histogram(
      'floopy_usage_batch_seconds',
      'From fetched batches to their commit.',
      COMMIT_SECONDS,
    );
    this.lagRecords = metrics.gauge('floopy_usage_lag_records', 'Records that wait in a partition.', ['partition']);
    this.haltedPartitions = metrics.gauge('floopy_usage_partitions_halted', 'Partitions that need an operator.');
    this.fences = metrics.counter('floopy_usage_fenced_total', 'Batches dropped because of a newer claim.');
  }

  /** @returns what is called with the outcome of each batch, once they are committed. */
  began(batches: readonly PartitionBatch[]): (outcomes: readonly IngestOutcome[]) => void {
    const startedAt = performance.now();
    return (outcomes) => {
      this.commitSeconds.observe((performance.now() - startedAt) / 1_000);
      this.batchRecords.observe(batches.reduce((sum, { messages }) => sum + messages.length, 0));
      for (const [index, { partition }] of batches.entries()) this.ended(partition, outcomes[index]);
    };
  }

  private ended(partition: number, outcome: IngestOutcome | undefined): void {
    if (outcome?.type !== 'ingested') return;
    this.events.inc({ outcome: 'applied' }, outcome.applied);
    this.events.inc({ outcome: 'duplicate' }, outcome.duplicates);
    this.events.inc({ outcome: 'skipped' }, outcome.skipped);
    for (const { reason, offset, organizationId } of outcome.parked) {
      this.events.inc({ outcome: reason });
      this.log.warn({ partition, offset, organizationId, reason }, 'usage_parked');
    }
  }

  assigned(partitions: readonly number[]): void {
    this.assignment = partitions;
    this.lagRecords.reset();
    this.halts.clear();
    this.haltedPartitions.set(0);
  }

  claimed(partition: number, { epoch, nextOffset }: PartitionClaimed): void {
    this.halts.delete(partition);
    this.haltedPartitions.set(this.halts.size);
    this.log.info({ partition, epoch, nextOffset }, 'partition_claimed');
  }

  halted(partition: number, reason: string): void {
    this.halts.add(partition);
    this.haltedPartitions.set(this.halts.size);
    this.log.error({ partition, reason }, 'partition_halted');
  }

  fenced(partition: number): void {
    this.fences.inc();
    this.log.warn({ partition }, 'partition_fenced');
  }

  failing(partition: number | null, error: unknown): void {
    this.failures.add(partition);
    this.log.error({ partition, error }, 'ingest_failing');
  }

  recovered(partition: number | null): void {
    this.failures.delete(partition);
    this.log.info({ partition }, 'ingest_recovered');
  }

  advanced(partition: number, _records: number, lagRecords: number): void {
    this.lagRecords.set({ partition: String(partition) }, lagRecords);
  }

  /** Whether every partition that was assigned is being applied. */
  health(): HealthFinding {
    const failing = [...this.failures].filter((subject) => subject === null || this.assignment.includes(subject));
    const details = {
      halted: [...this.halts].join(','),
      failing: failing.map((subject) => subject ?? 'brokers').join(','),
    };
    if (failing.length > 0) return { status: 'down', details };
    return { status: this.halts.size > 0 ? 'degraded' : 'up', details };
  }
}
