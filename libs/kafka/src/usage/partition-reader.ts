import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { readWatermarks, type Watermarks } from '../watermarks/read-watermarks';
import { Attempts, LONGEST_RETRY_MS } from './attempts';
import { type ClaimedPartition, faultOfPosition, firstOffsetToRead, openClaim } from './claimed-partition';
import type { BatchHandler, PartitionClaimed, PartitionClaims, ReaderObserver } from './partition-batch';
import { readBatch } from './read-batch';

export interface PartitionReaderOptions {
  readonly topic: string;
  readonly groupId: string;
  /** Transactions at once: two keep one Node process and Postgres busy together. */
  readonly concurrentPartitions: number;
  /** Records in one transaction, at most. */
  readonly maxBatchRecords: number;
}

const WATERMARK_CHECK_MS = 3_000;
const RECLAIM_DELAY_MS = 300;
const FIRST_RETRY_MS = 100;
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 1_000;
const FETCH_WAIT_MS = 20;
const MAX_BYTES_PER_PARTITION = 1_048_576;
const MAX_FETCH_BYTES = 8 * MAX_BYTES_PER_PARTITION;

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

  constructor(
    kafka: Kafka,
    private readonly claims: PartitionClaims,
    private readonly observer: ReaderObserver,
    private readonly options: PartitionReaderOptions,
  ) {
    this.attempts = new Attempts(observer, this.stopping.signal);
    this.admin = kafka.admin();
    this.consumer = kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      maxBytes: MAX_FETCH_BYTES,
      retry: { initialRetryTime: FIRST_RETRY_MS, maxRetryTime: LONGEST_RETRY_MS },
    });
  }

  /** Joins the group and reads until stopped; brokers that are away are waited for. */
  async start(handler: BatchHandler): Promise<void> {
    const { GROUP_JOIN, CRASH } = this.consumer.events;
    this.consumer.on(GROUP_JOIN, ({ payload }) => {
      this.assigned(payload.memberAssignment[this.options.topic] ?? []);
    });
    // The client restarts itself after most failures; after the others it would stay down for ever.
    this.consumer.on(CRASH, ({ payload }) => {
      if (!payload.restart) void this.run(handler);
    });
    await this.run(handler);
    void this.watchPositions();
  }

  /** Finishes the batches in flight, leaves the group, and closes its connections. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.consumer.disconnect();
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
        partitionsConsumedConcurrently: this.options.concurrentPartitions,
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
      if (fault === null) this.open(partition, claim, watermarks);
      else this.halt(partition, fault);
      return 'done';
    });
  }

  private open(partition: number, claim: PartitionClaimed, watermarks: Watermarks): void {
    this.partitions.set(partition, openClaim(claim, watermarks));
    this.seek(partition, firstOffsetToRead(claim, watermarks));
    this.consumer.resume([{ topic: this.options.topic, partitions: [partition] }]);
  }

  private async eachBatch(payload: EachBatchPayload, handler: BatchHandler): Promise<void> {
    const { partition } = payload.batch;
    const claimed = this.partitions.get(partition);
    if (claimed === undefined) return;
    const { generation } = this;
    const end = await readBatch(payload, claimed, {
      handler,
      maxRecords: this.options.maxBatchRecords,
      digestOf: (message) => this.claims.digestOf(message),
      lowWatermark: async () => (await this.watermarksOf(partition)).low,
      isCurrent: () => payload.isRunning() && !payload.isStale() && this.partitions.get(partition) === claimed,
      attempt: (work) => this.attempts.untilDone(partition, work, () => payload.heartbeat()),
      advanced: (records, lagRecords) => this.observer.advanced(partition, records, lagRecords),
    });
    if (generation !== this.generation) return;
    if (end.type === 'seek') this.seek(partition, end.offset);
    if (end.type === 'halt') this.halt(partition, end.reason);
    if (end.type === 'fenced' || end.type === 'astray') this.claimAnew(partition, generation);
  }

  /**
   * Somebody claimed the partition after us, or the client read elsewhere. If the group still thinks that it is ours, it
   * was a late claim of a former owner, or an operator's replay: claim again. If not, the next heartbeat rejoins.
   */
  private claimAnew(partition: number, generation: number): void {
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

  private async watermarksOf(partition: number): Promise<Watermarks> {
    const watermarks = (await readWatermarks(this.admin, this.options.topic)).get(partition);
    if (watermarks === undefined)
      throw new Error(`the brokers know no partition ${partition} of ${this.options.topic}`);
    return watermarks;
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
