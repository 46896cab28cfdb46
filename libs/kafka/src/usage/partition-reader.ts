import type { Admin, Consumer, ConsumerEndBatchProcessEvent, EachBatchPayload, Kafka } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { readWatermarks, readWatermarksOf, type Watermarks } from '../watermarks/read-watermarks';
import { Attempts, type WorkEnd } from './attempts';
import { BatchGatherer, type GatheringTerms } from './batch-gatherer';
import {
  type ClaimedPartition,
  faultOfPosition,
  faultOfTopic,
  openClaim,
  readNothing,
  readRecords,
} from './claimed-partition';
import { createConsumer } from './create-consumer';
import { findMisfit } from './find-misfit';
import type { GatheringHandler, PartitionClaims, ReaderObserver } from './partition-batch';
import { ReadAhead } from './read-ahead';

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
 * never more than a hint. The client reads on while what it has read is applied, up to a bound; nothing thrown by a
 * handler escapes, and a partition that cannot go on is read no further, while the others are.
 */
export class PartitionReader {
  private readonly consumer: Consumer;
  private readonly admin: Admin;
  private readonly partitions = new Map<number, ClaimedPartition>();
  /** Those that are written down as halted: an operator may have them go on. */
  private readonly halts = new Set<number>();
  private readonly attempts: Attempts;
  /** Rises with every assignment; work that was begun under an earlier one is dropped. */
  private generation = 0;
  private readonly stopping = new AbortController();
  private readAhead: ReadAhead | null = null;

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
  async start(handler: GatheringHandler): Promise<void> {
    const readAhead = this.openReadAhead(handler);
    this.readAhead = readAhead;
    const { GROUP_JOIN, CRASH, END_BATCH_PROCESS } = this.consumer.events;
    this.consumer.on(GROUP_JOIN, ({ payload }) => {
      this.assigned(payload.memberAssignment[this.options.topic] ?? []);
    });
    // The client restarts itself after most failures; after the others it would stay down for ever.
    this.consumer.on(CRASH, ({ payload }) => {
      if (!payload.restart) void this.run(readAhead);
    });
    this.consumer.on(END_BATCH_PROCESS, (event) => this.batchProcessed(event));
    await this.run(readAhead);
    void this.watchPositions();
    void this.passEmptyStretches(readAhead);
  }

  /** Finishes the batches in flight, leaves the group, and closes its connections. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.readAhead?.finished();
    await this.consumer.disconnect();
    await this.admin.disconnect();
  }

  private openReadAhead(handler: GatheringHandler): ReadAhead {
    const { topic, transactionsAtOnce, maxBatchRecords } = this.options;
    return new ReadAhead({
      topic,
      maxBatchRecords,
      partitions: this.partitions,
      gatherer: new BatchGatherer(handler, { transactionsAtOnce, maxRecords: maxBatchRecords }),
      attempts: this.attempts,
      isCurrent: (partition, claimed) => this.isCurrent(partition, claimed),
      refused: (partition) => this.claimAnew(partition),
      advanced: (...progress) => this.observer.advanced(...progress),
      pause: (partition) => this.pause([partition]),
      resume: (partition) => this.resume(partition),
    });
  }

  private async run(readAhead: ReadAhead): Promise<void> {
    await this.attempts.untilDone(null, async () => {
      await this.admin.connect();
      await this.consumer.connect();
      await this.consumer.subscribe({ topic: this.options.topic, fromBeginning: true });
      await this.consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: (payload) => this.eachBatch(payload, readAhead),
      });
      return 'done';
    });
  }

  /** Called while the client is still joining: the pause is in force before the first fetch, so the seek is not late. */
  private assigned(partitions: readonly number[]): void {
    this.generation += 1;
    this.partitions.clear();
    this.halts.clear();
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
      else this.halt(partition, claim.epoch, fault);
      return 'done';
    });
  }

  private open(partition: number, claimed: ClaimedPartition): void {
    this.partitions.set(partition, claimed);
    this.seek(partition, claimed.readUntil);
    this.resume(partition);
  }

  /** Takes over what the client has read, and lets it read on: nobody waits here for the database. */
  private async eachBatch(payload: EachBatchPayload, readAhead: ReadAhead): Promise<void> {
    const { batch } = payload;
    const { partition } = batch;
    const claimed = this.partitions.get(partition);
    if (claimed === undefined) return;
    claimed.logEnd = Number(batch.highWatermark);
    const stretch = { first: Number(batch.firstOffset()), last: Number(batch.lastOffset()) };
    const misfit = await findMisfit(batch.messages, stretch, claimed, {
      digestOf: (message) => this.claims.digestOf(message),
      lowWatermark: () => this.lowWatermarkOf(payload),
    });
    // Sought elsewhere or claimed anew meanwhile: what was fetched is dropped, and fetched again where it is wanted.
    if (!payload.isRunning() || payload.isStale() || !this.isCurrent(partition, claimed)) return;
    if (misfit?.type === 'astray') return this.claimAnew(partition);
    if (misfit?.type === 'halt') return this.halt(partition, claimed.epoch, misfit.reason);
    readRecords(claimed, batch.messages, stretch);
    payload.resolveOffset(batch.lastOffset());
    if (claimed.waiting.length > 0) readAhead.pass(partition, claimed);
  }

  /** False once the partition was claimed anew, or the reader stops. */
  private isCurrent(partition: number, claimed: ClaimedPartition): boolean {
    return !this.stopping.signal.aborted && this.partitions.get(partition) === claimed;
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
    else this.halt(partition, claimed.epoch, fault);
  }

  /** Else a partition whose last offset holds no record would look as if something waited in it for ever. */
  private async passEmptyStretches(readAhead: ReadAhead): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await pause(EMPTY_CHECK_MS, undefined, { signal: this.stopping.signal }).catch(ignoreAbort);
      for (const [partition, claimed] of this.partitions) {
        if (claimed.readUntil > claimed.nextOffset) readAhead.pass(partition, claimed);
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
  private halt(partition: number, epoch: number, reason: string): void {
    this.partitions.delete(partition);
    this.pause([partition]);
    this.observer.halted(partition, reason);
    const { generation } = this;
    void this.attempts.untilDone(partition, async () => {
      if (generation !== this.generation) return 'dropped';
      await this.claims.halt({ topic: this.options.topic, partition, epoch, reason });
      this.halts.add(partition);
      return 'done';
    });
  }

  /** Claims what an operator has meanwhile decided to read on. */
  private async claimResumed(): Promise<void> {
    if (this.halts.size === 0) return;
    const { generation } = this;
    const halted = await this.claims.halted(this.options.topic);
    if (generation !== this.generation) return;
    for (const partition of this.halts) {
      if (halted.has(partition)) continue;
      this.halts.delete(partition);
      void this.claim(partition, generation);
    }
  }

  /** The client resets an offset that is out of range in silence; this finds it out of range before that. */
  private async watchPositions(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await pause(WATERMARK_CHECK_MS, undefined, { signal: this.stopping.signal }).catch(ignoreAbort);
      await this.attempts.untilDone(null, async () => {
        const watermarks = await readWatermarks(this.admin, this.options.topic);
        for (const [partition, claimed] of this.partitions) {
          const fault = faultOfPosition(claimed.nextOffset, watermarks.get(partition) ?? { low: 0, high: 0 });
          if (fault !== null && this.partitions.get(partition) === claimed) {
            this.halt(partition, claimed.epoch, fault);
          }
        }
        await this.claimResumed();
        return 'done';
      });
    }
  }

  private watermarksOf(partition: number): Promise<Watermarks> {
    return readWatermarksOf(this.admin, this.options.topic, partition);
  }

  /** Of the partition of a batch; asked in vain only when the reader stops, and then nothing comes of it. */
  private async lowWatermarkOf(payload: EachBatchPayload): Promise<number> {
    let low = 0;
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

  private resume(partition: number): void {
    this.consumer.resume([{ topic: this.options.topic, partitions: [partition] }]);
  }

  private seek(partition: number, offset: number): void {
    this.consumer.seek({ topic: this.options.topic, partition, offset: String(offset) });
  }
}

function ignoreAbort(): void {
  // Stopping ends every wait; the loop that waited looks at the signal itself.
}
