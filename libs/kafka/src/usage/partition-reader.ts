import type { Admin, Consumer, ConsumerEndBatchProcessEvent, EachBatchPayload, Kafka } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { readWatermarks, readWatermarksOf, type Watermarks } from '../watermarks/read-watermarks';
import { Attempts, type WorkEnd } from './attempts';
import { BatchGatherer, type GatheringTerms } from './batch-gatherer';
import { type ClaimedPartition, faultOfPosition, faultOfTopic, openClaim, readNothing } from './claimed-partition';
import { createConsumer } from './create-consumer';
import type { BatchHandler, GatheringHandler, PartitionClaims, ReaderObserver } from './partition-batch';
import { type BatchEnd, passEmpty, readBatch } from './read-batch';

export interface PartitionReaderOptions {
  readonly topic: string;
  readonly groupId: string;
  readonly transactionsAtOnce: GatheringTerms['transactionsAtOnce'];
  /** Records in one transaction, at most. */
  readonly maxBatchRecords: number;
}

/** More than a process is assigned: every partition of a fetch is handed over at once, to be gathered. */
const PARTITIONS_AT_ONCE = 256;

const WATERMARK_CHECK_MS = 3_000;
/** What holds no record is passed on its own only when no record has come behind it for so long. */
const EMPTY_CHECK_MS = 500;
const RECLAIM_DELAY_MS = 300;

/**
 * Reads one topic as a member of a consumer group, each partition under a claim of its own: on every assignment it is
 * paused at once, claimed, sought to the offset that lies with the data, and resumed. The broker's committed offset is
 * never more than a hint. Nothing thrown by a handler escapes; a partition that cannot go on is paused, the others go on.
 */
export class PartitionReader {
  private readonly consumer: Consumer;
  private readonly admin: Admin;
  private readonly partitions = new Map<number, ClaimedPartition>();
  private readonly attempts: Attempts;
  /** Rises with every assignment; work that was begun under an earlier one is dropped. */
  private generation = 0;
  private readonly stopping = new AbortController();
  private emptyStretchesPassed: Promise<void> | null = null;

  constructor(
    kafka: Kafka,
    private readonly claims: PartitionClaims,
    private readonly observer: ReaderObserver,
    private readonly options: PartitionReaderOptions,
  ) {
    this.attempts = new Attempts(observer, this.stopping.signal);
    this.admin = kafka.admin();
    this.consumer = createConsumer(kafka, options.groupId);
  }

  /** Joins the group and reads until stopped; brokers that are away are waited for. */
  async start(gatheringHandler: GatheringHandler): Promise<void> {
    const { transactionsAtOnce, maxBatchRecords: maxRecords } = this.options;
    const { handle } = new BatchGatherer(gatheringHandler, { transactionsAtOnce, maxRecords });
    const { GROUP_JOIN, CRASH, END_BATCH_PROCESS } = this.consumer.events;
    this.consumer.on(GROUP_JOIN, ({ payload }) => {
      this.assigned(payload.memberAssignment[this.options.topic] ?? []);
    });
    // The client restarts itself after most failures; after the others it would stay down for ever.
    this.consumer.on(CRASH, ({ payload }) => {
      if (!payload.restart) void this.run(handle);
    });
    this.consumer.on(END_BATCH_PROCESS, (event) => this.batchProcessed(event));
    await this.run(handle);
    void this.watchPositions();
    this.emptyStretchesPassed = this.passEmptyStretches(handle);
  }

  /** Finishes the batches in flight, leaves the group, and closes its connections. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.consumer.disconnect(), this.emptyStretchesPassed]);
    await this.admin.disconnect();
  }

  private async run(handler: BatchHandler): Promise<void> {
    await this.attempts.untilDone(null, async () => {
      await this.admin.connect();
      await this.consumer.connect();
      await this.consumer.subscribe({ topic: this.options.topic, fromBeginning: true });
      await this.consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: (payload) => this.eachBatch(payload, handler),
      });
      return 'done';
    });
  }

  /** Called while the client is still joining: the pause is in force before the first fetch, so the seek is not late. */
  private assigned(partitions: readonly number[]): void {
    this.generation += 1;
    this.partitions.clear();
    this.pause(partitions);
    this.observer.assigned(partitions);
    const { generation } = this;
    for (const partition of partitions) void this.claim(partition, generation);
  }

  private claim(partition: number, generation: number): Promise<void> {
    return this.attempts.untilDone(partition, async () => {
      if (generation !== this.generation) return 'dropped';
      const watermarks = await this.watermarksOf(partition);
      const claim = await this.claims.claim(this.options.topic, partition, watermarks.low);
      if (generation !== this.generation) return 'dropped';
      this.observer.claimed(partition, claim);
      const fault = claim.halted ?? faultOfPosition(claim.nextOffset, watermarks);
      if (fault === null) this.open(partition, openClaim(claim, watermarks));
      else this.halt(partition, fault);
      return 'done';
    });
  }

  private open(partition: number, claimed: ClaimedPartition): void {
    this.partitions.set(partition, claimed);
    this.seek(partition, claimed.emptyUntil);
    this.consumer.resume([{ topic: this.options.topic, partitions: [partition] }]);
  }

  private async eachBatch(payload: EachBatchPayload, handler: BatchHandler): Promise<void> {
    const { partition } = payload.batch;
    const claimed = this.partitions.get(partition);
    if (claimed === undefined) return;
    const end = await readBatch(payload, claimed, {
      handler,
      maxRecords: this.options.maxBatchRecords,
      digestOf: (message) => this.claims.digestOf(message),
      lowWatermark: () => this.lowWatermarkOf(payload),
      isCurrent: () => payload.isRunning() && !payload.isStale() && this.partitions.get(partition) === claimed,
      attempt: (work) => this.attempts.untilDone(partition, work, () => payload.heartbeat()),
      advanced: (records, lagRecords) => this.observer.advanced(partition, records, lagRecords),
    });
    this.conclude(partition, claimed, end);
  }

  private conclude(partition: number, claimed: ClaimedPartition, end: BatchEnd): void {
    if (this.partitions.get(partition) !== claimed) return;
    if (end.type === 'seek') this.seek(partition, end.offset);
    if (end.type === 'halt') this.halt(partition, end.reason);
    if (end.type === 'fenced' || end.type === 'astray') this.claimAnew(partition);
  }

  /** A batch of nothing but markers and aborted records is handed to nobody; this is how the client tells of it. */
  private batchProcessed({ payload }: ConsumerEndBatchProcessEvent): void {
    const { partition, batchSize, highWatermark } = payload;
    const claimed = this.partitions.get(partition);
    if (batchSize > 0 || claimed === undefined) return;
    const stretch = { first: Number(payload.firstOffset), last: Number(payload.lastOffset) };
    claimed.logEnd = Number(highWatermark);
    const fault = faultOfTopic(claimed, stretch);
    if (fault === null) readNothing(claimed, stretch);
    else this.halt(partition, fault);
  }

  /** Else a partition whose last offset holds no record would look as if something waited in it for ever. */
  private async passEmptyStretches(handler: BatchHandler): Promise<void> {
    const { topic } = this.options;
    while (!this.stopping.signal.aborted) {
      await pause(EMPTY_CHECK_MS, undefined, { signal: this.stopping.signal }).catch(ignoreAbort);
      for (const [partition, claimed] of this.partitions) {
        if (claimed.emptyUntil <= claimed.nextOffset) continue;
        const end = await passEmpty({ topic, partition }, claimed, {
          handler,
          isCurrent: () => !this.stopping.signal.aborted && this.partitions.get(partition) === claimed,
          attempt: (work) => this.attempts.untilDone(partition, work),
          advanced: (records, lagRecords) => this.observer.advanced(partition, records, lagRecords),
        });
        this.conclude(partition, claimed, end);
      }
    }
  }

  /**
   * Somebody claimed the partition after us, or the client read elsewhere. If the group still thinks that it is ours, it
   * was a late claim of a former owner, or an operator's replay: claim again. If not, the next heartbeat rejoins.
   */
  private claimAnew(partition: number): void {
    const { generation } = this;
    this.observer.fenced(partition);
    this.partitions.delete(partition);
    this.pause([partition]);
    void pause(RECLAIM_DELAY_MS, undefined, { signal: this.stopping.signal })
      .then(() => this.claim(partition, generation))
      .catch(ignoreAbort);
  }

  /** Reads no further at once; that it is written down too waits for the database, and nobody waits for that. */
  private halt(partition: number, reason: string): void {
    this.partitions.delete(partition);
    this.pause([partition]);
    this.observer.halted(partition, reason);
    const { generation } = this;
    void this.attempts.untilDone(partition, async () => {
      if (generation !== this.generation) return 'dropped';
      await this.claims.halt(this.options.topic, partition, reason);
      return 'done';
    });
  }

  /** The client resets an offset that is out of range in silence; this finds it out of range before that. */
  private async watchPositions(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await pause(WATERMARK_CHECK_MS, undefined, { signal: this.stopping.signal }).catch(ignoreAbort);
      await this.attempts.untilDone(null, async () => {
        const watermarks = await readWatermarks(this.admin, this.options.topic);
        for (const [partition, claimed] of this.partitions) {
          const fault = faultOfPosition(claimed.nextOffset, watermarks.get(partition) ?? { low: 0, high: 0 });
          if (fault !== null && this.partitions.get(partition) === claimed) this.halt(partition, fault);
        }
        return 'done';
      });
    }
  }

  private watermarksOf(partition: number): Promise<Watermarks> {
    return readWatermarksOf(this.admin, this.options.topic, partition);
  }

  /** Of the partition of a batch; null when the reader stops before the brokers answer. */
  private async lowWatermarkOf(payload: EachBatchPayload): Promise<number | null> {
    let low: number | null = null;
    const readLow = async (): Promise<WorkEnd> => {
      ({ low } = await this.watermarksOf(payload.batch.partition));
      return 'done';
    };
    await this.attempts.untilDone(null, readLow, () => payload.heartbeat());
    return low;
  }

  private pause(partitions: readonly number[]): void {
    this.consumer.pause([{ topic: this.options.topic, partitions: [...partitions] }]);
  }

  private seek(partition: number, offset: number): void {
    this.consumer.seek({ topic: this.options.topic, partition, offset: String(offset) });
  }
}

function ignoreAbort(): void {
  // Stopping ends every wait; the loop that waited looks at the signal itself.
}
