import { partitionsHolding } from '@floopy/contracts';
import type { Instant, OrganizationId } from '@floopy/domain';
import type { TopicBacklog, WaitingRecords, WaitingRecordsFinder } from '@floopy/kafka';
import type { PartitionProgress } from '@floopy/postgres';
import type { HealthFinding, Log, Metrics } from '@floopy/runtime';
import { pause } from '@floopy/runtime';

export interface LagSources {
  readonly finder: Pick<WaitingRecordsFinder, 'find'>;
  readonly readProgress: () => Promise<readonly PartitionProgress[]>;
  readonly clock: () => Instant;
}

type ObservedPart = 'postgres' | 'kafka';

export interface LagOptions {
  readonly stallMs: number;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** How often the brokers and the database are asked. */
export const OBSERVE_INTERVAL_MS = 1_000;
/** An observation older than that says nothing any more of what has come since. */
export const OBSERVATION_HOLDS_MS = 5_000;
/** With more organizations than that, partitions are computed again. */
const MAX_REMEMBERED_ORGANIZATIONS = 100_000;

/**
 * Knows the age of the oldest record that is not applied yet, for the partitions of each organization. It observes once
 * a second, beside the requests: a read costs no question to Kafka, and answers also while Kafka is away.
 */
export class LagMonitor {
  private readonly holding = new Map<OrganizationId, readonly number[]>();
  private waiting: ReadonlyMap<number, WaitingRecords> = new Map();
  private partitionCount = 0;
  private observedAt: Instant;
  private hasObserved = false;
  private progressKey = '';
  private movedAt: Instant;
  private failure: { readonly part: ObservedPart; readonly reason: string } | null = null;
  private halted: readonly number[] = [];

  constructor(
    private readonly sources: LagSources,
    private readonly options: LagOptions,
  ) {
    this.observedAt = sources.clock();
    this.movedAt = this.observedAt;
    const { metrics } = options;
    const records = metrics.gauge('floopy_api_records_waiting', 'Records of usage that are not applied yet.');
    const seconds = metrics.gauge('floopy_api_lag_seconds', 'Age of the oldest record that is not applied yet.');
    metrics.beforeScrape(() => {
      records.set(this.recordsWaiting());
      seconds.set(this.lagMsOf([...this.waiting.keys()]) / 1_000);
    });
  }

  /** Observes until stopped. A failed observation is said once, and is tried again. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.observe(stop);
      await pause(OBSERVE_INTERVAL_MS, stop);
    }
  }

  async observe(stop: AbortSignal): Promise<void> {
    const { finder, readProgress, clock } = this.sources;
    let part: ObservedPart = 'postgres';
    try {
      const progress = await readProgress();
      // Taken before Kafka is asked: what comes later is not claimed to be seen.
      const now = clock();
      part = 'kafka';
      const backlog = await finder.find(progress, now);
      this.observed(progress, backlog, now);
    } catch (error) {
      if (stop.aborted) return;
      if (this.failure?.part !== part) this.options.log.warn({ part, error }, 'lag_unknown');
      this.failure = { part, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Milliseconds that the oldest record of an organization's partitions has waited; 0 when all of them are applied. */
  lagMsFor(organizationId: OrganizationId): number {
    return this.lagMsOf(this.partitionsOf(organizationId));
  }

  /** Whether what is produced is being applied. */
  health(): HealthFinding {
    const now = this.sources.clock();
    const stalledMs = this.waiting.size === 0 ? 0 : now - this.movedAt;
    const details = {
      recordsWaiting: this.recordsWaiting(),
      lagSeconds: this.lagMsOf([...this.waiting.keys()]) / 1_000,
      secondsSinceApplied: stalledMs / 1_000,
      haltedPartitions: this.halted.join(','),
    };
    if (stalledMs > this.options.stallMs) {
      return { status: 'down', details: { reason: 'records wait and none is applied', ...details } };
    }
    return { status: this.halted.length > 0 ? 'degraded' : 'up', details };
  }

  /** Whether the brokers have answered of late. */
  kafkaHealth(): HealthFinding {
    const now = this.sources.clock();
    if (this.isFresh(now)) return { status: 'up' };
    // Which partitions to ask about is read from Postgres, whose own check says that it is away.
    if (this.failure?.part === 'postgres') return { status: 'up', details: { reason: 'not asked' } };
    const reason = this.failure?.reason ?? 'not observed yet';
    return { status: 'down', details: { reason, secondsSinceAnswer: (now - this.observedAt) / 1_000 } };
  }

  private observed(
    progress: readonly PartitionProgress[],
    { waiting, partitionCount }: TopicBacklog,
    now: Instant,
  ): void {
    if (this.failure !== null) this.options.log.info({}, 'lag_known_again');
    this.failure = null;
    this.observedAt = now;
    this.hasObserved = true;
    this.waiting = waiting;
    if (partitionCount !== this.partitionCount) this.holding.clear();
    this.partitionCount = partitionCount;
    this.halted = progress.filter((partition) => partition.halted !== null).map(({ partition }) => partition);
    const progressKey = progress.map(({ partition, nextOffset }) => `${partition}:${nextOffset}`).join(' ');
    if (progressKey !== this.progressKey || this.waiting.size === 0) this.movedAt = now;
    this.progressKey = progressKey;
  }

  /** Without a fresh observation nobody knows what has come since the last one: it may wait since then. */
  private lagMsOf(partitions: readonly number[]): number {
    const now = this.sources.clock();
    const unseenSince = this.isFresh(now) ? [] : [this.observedAt];
    const since = partitions.flatMap((partition) => this.waiting.get(partition)?.since ?? []);
    const oldest = Math.min(now, ...since, ...unseenSince);
    return now - oldest;
  }

  private isFresh(now: Instant): boolean {
    return this.hasObserved && now - this.observedAt <= OBSERVATION_HOLDS_MS;
  }

  private recordsWaiting(): number {
    return [...this.waiting.values()].reduce((sum, { records }) => sum + records, 0);
  }

  private partitionsOf(organizationId: OrganizationId): readonly number[] {
    if (this.partitionCount === 0) return [];
    const known = this.holding.get(organizationId);
    if (known !== undefined) return known;
    const partitions = [...partitionsHolding(organizationId, this.partitionCount)];
    if (this.holding.size >= MAX_REMEMBERED_ORGANIZATIONS) this.holding.clear();
    this.holding.set(organizationId, partitions);
    return partitions;
  }
}
