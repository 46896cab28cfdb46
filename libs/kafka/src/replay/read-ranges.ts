import { randomUUID } from 'node:crypto';
import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { readWatermarksOf } from '../watermarks/read-watermarks';

/** Offsets of one partition, from the first on and before the last one. */
export interface Offsets {
  readonly partition: number;
  readonly from: number;
  readonly until: number;
}

/** All messages that are left in the log from one offset on and before another one; there may be none. */
export interface Stretch extends Offsets {
  readonly messages: readonly KafkaMessage[];
}

export interface ReadRangesTerms {
  readonly topic: string;
  /** One for each partition at most; all of it was in the log when it was asked for. */
  readonly ranges: readonly Offsets[];
  /** Handed one stretch after the other, each partition's in order of offset. */
  readonly take: (stretch: Stretch) => Promise<void>;
  readonly stop: AbortSignal;
}

const SESSION_TIMEOUT_MS = 30_000;
const HEARTBEAT_MS = 3_000;
const FETCH_WAIT_MS = 100;
const MAX_BYTES_PER_PARTITION = 4_194_304;

/**
 * Reads stretches of a topic that were read before, beside whoever reads it now: as the only member of a group of its own
 * that is deleted behind it, and without a committed offset. Reads only what is committed.
 * @returns offsets that the log has lost meanwhile: retention goes on
 * @throws what `take` throws, and when `stop` is aborted
 */
export async function readRanges(kafka: Kafka, terms: ReadRangesTerms): Promise<Offsets[]> {
  const ranges = terms.ranges.filter(({ from, until }) => from < until);
  if (ranges.length === 0) return [];
  const groupId = `floopy-replay-${randomUUID()}`;
  const admin = kafka.admin();
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
    readUncommitted: false,
  });
  await admin.connect();
  try {
    const reading = new RangesReading(consumer, admin, { ...terms, ranges });
    try {
      await reading.run();
    } finally {
      await consumer.disconnect();
    }
    return reading.lost;
  } finally {
    await admin.deleteGroups([groupId]).catch(leaveGroup);
    await admin.disconnect();
  }
}

function leaveGroup(): void {
  // A group without members and offsets is forgotten by the broker, too, only later.
}

class RangesReading {
  readonly lost: Offsets[] = [];
  /** What is left to be read, by partition. */
  private readonly open: Map<number, { next: number; readonly until: number }>;
  private finish: () => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly consumer: Consumer,
    private readonly admin: Admin,
    private readonly terms: ReadRangesTerms,
  ) {
    this.open = new Map(terms.ranges.map(({ partition, from, until }) => [partition, { next: from, until }]));
  }

  async run(): Promise<void> {
    const { topic, stop } = this.terms;
    const ended = new Promise<void>((resolve, reject) => {
      this.finish = resolve;
      this.reject = reject;
    });
    // Told of by the awaiting below; whoever fails first must not end the process.
    ended.catch(() => undefined);
    const abort = (): void => this.fail(stop.reason);
    stop.addEventListener('abort', abort, { once: true });
    try {
      stop.throwIfAborted();
      this.listen();
      await this.consumer.connect();
      await this.consumer.subscribe({ topic, fromBeginning: true });
      await this.consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: (payload) => this.eachBatch(payload),
      });
      await ended;
    } finally {
      stop.removeEventListener('abort', abort);
    }
  }

  private listen(): void {
    const { GROUP_JOIN, CRASH, END_BATCH_PROCESS } = this.consumer.events;
    this.consumer.on(GROUP_JOIN, ({ payload }) => {
      this.assigned(payload.memberAssignment[this.terms.topic] ?? []);
    });
    this.consumer.on(CRASH, ({ payload }) => {
      if (!payload.restart) this.fail(payload.error);
    });
    // A batch of nothing but markers and aborted records is handed to nobody; this is how the client tells of it.
    this.consumer.on(END_BATCH_PROCESS, ({ payload: { partition, batchSize, firstOffset, lastOffset } }) => {
      if (batchSize === 0) void this.inTurn(() => this.pass(partition, [Number(firstOffset), Number(lastOffset)], []));
    });
  }

  /** The pause is in force before the first fetch, so that the seek is not late. */
  private assigned(partitions: readonly number[]): void {
    const { topic } = this.terms;
    this.consumer.pause([{ topic, partitions: [...partitions] }]);
    setImmediate(() => {
      for (const [partition, { next }] of this.open) {
        this.consumer.seek({ topic, partition, offset: String(next) });
        this.consumer.resume([{ topic, partitions: [partition] }]);
      }
    });
  }

  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { partition, messages } = batch;
    if (!payload.isRunning() || payload.isStale()) return;
    const ends = [Number(batch.firstOffset()), Number(batch.lastOffset())] as const;
    await this.inTurn(() => this.pass(partition, ends, messages));
    payload.resolveOffset(batch.lastOffset());
    await payload.heartbeat();
  }

  /** One stretch after the other; what fails ends the reading, and nothing of it reaches the client, which would go on. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(work).catch((error: unknown) => this.fail(error));
    return this.turn;
  }

  private async pass(
    partition: number,
    [first, last]: readonly [first: number, last: number],
    fetched: readonly KafkaMessage[],
  ): Promise<void> {
    const open = this.open.get(partition);
    if (open === undefined || last < open.next) return;
    if (first > open.next) await this.noteLost(partition, open);
    const from = open.next;
    const until = Math.min(last + 1, open.until);
    const messages = fetched.filter(({ offset }) => Number(offset) >= from && Number(offset) < until);
    open.next = Math.max(from, until);
    if (from < until) await this.terms.take({ partition, from, until, messages });
    if (open.next >= open.until) this.close(partition);
  }

  /** Offsets that are missing within the log are markers and aborted records; before its beginning they are gone. */
  private async noteLost(partition: number, open: { next: number; readonly until: number }): Promise<void> {
    const { low } = await readWatermarksOf(this.admin, this.terms.topic, partition);
    if (low <= open.next) return;
    const until = Math.min(low, open.until);
    this.lost.push({ partition, from: open.next, until });
    open.next = until;
  }

  private fail(error: unknown): void {
    this.open.clear();
    this.reject(error);
  }

  private close(partition: number): void {
    this.open.delete(partition);
    this.consumer.pause([{ topic: this.terms.topic, partitions: [partition] }]);
    if (this.open.size === 0) this.finish();
  }
}
