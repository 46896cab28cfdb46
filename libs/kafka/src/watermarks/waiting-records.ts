import { type Instant, instantOfMilliseconds } from '@floopy/domain';
import type { Admin } from 'kafkajs';
import { readWatermarks } from './read-watermarks';

/** How far a partition has been applied, as its reader wrote it down. */
export interface AppliedUntil {
  readonly partition: number;
  /** The first offset that is not applied yet. */
  readonly nextOffset: number;
  /** When the broker took the record before it; null when nothing was read yet. */
  readonly appliedUntil: Instant | null;
}

/** Of one partition: how many records wait, and since when the oldest of them does, by the broker's clock. */
export interface WaitingRecords {
  readonly records: number;
  readonly since: Instant;
}

/** What waits in a topic. */
export interface TopicBacklog {
  readonly partitionCount: number;
  /** By partition; one where nothing waits is left out. */
  readonly waiting: ReadonlyMap<number, WaitingRecords>;
}

/** A record younger than this is not worth a further question to the brokers. */
export const PRECISION_MS = 100;
/** Where the search for an append time begins: most records that wait have come just now. */
const FIRST_STEP_MS = 250;

type AskFirstOffset = (instant: Instant) => Promise<ReadonlyMap<number, number>>;

interface Bracket {
  /** The record was appended at this time or later … */
  from: Instant;
  /** … and before this one. */
  before: Instant;
}

/**
 * Finds what waits in a topic to be applied, and since when. Kafka cannot be asked when an offset was appended, only
 * for the first offset at or after a time; append times rise with the offset, so a few such questions enclose the time.
 * What was found for an offset is remembered: a partition that stands still costs no further question.
 */
export class WaitingRecordsFinder {
  private readonly found = new Map<number, { readonly nextOffset: number; readonly since: Instant }>();

  constructor(
    private readonly admin: Admin,
    private readonly topic: string,
  ) {}

  /** Finds what waits now; connects when that was not done yet, or the connection was lost. */
  async find(applied: readonly AppliedUntil[], now: Instant): Promise<TopicBacklog> {
    await this.admin.connect();
    const watermarks = await readWatermarks(this.admin, this.topic);
    const progress = new Map(applied.map((partition) => [partition.partition, partition]));
    const waiting = new Map<number, WaitingRecords>();
    const unknown: AppliedUntil[] = [];
    for (const [partition, { low, high }] of watermarks) {
      const { nextOffset, appliedUntil } = progress.get(partition) ?? { nextOffset: low, appliedUntil: null };
      const first = Math.max(nextOffset, low);
      if (first >= high) continue;
      waiting.set(partition, { records: high - first, since: now });
      const known = this.found.get(partition);
      if (known?.nextOffset !== first) unknown.push({ partition, nextOffset: first, appliedUntil });
    }
    if (unknown.length > 0) await this.findAppendTimes(unknown, now);
    for (const [partition, { records }] of waiting) {
      waiting.set(partition, { records, since: this.found.get(partition)?.since ?? now });
    }
    return { partitionCount: watermarks.size, waiting };
  }

  private async findAppendTimes(unknown: readonly AppliedUntil[], now: Instant): Promise<void> {
    const ask: AskFirstOffset = async (instant) => {
      const offsets = await this.admin.fetchTopicOffsetsByTimestamp(this.topic, instant);
      return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
    };
    const brackets = await enclose(unknown, now, ask);
    for (const { partition, nextOffset } of unknown) {
      const bracket = brackets.get(partition);
      if (bracket === undefined) continue;
      const since = await narrow(partition, nextOffset, bracket, ask);
      this.found.set(partition, { nextOffset, since });
    }
  }
}

/** Goes back from now in steps that double, asking about all partitions at once, until every one is enclosed. */
async function enclose(
  unknown: readonly AppliedUntil[],
  now: Instant,
  ask: AskFirstOffset,
): Promise<Map<number, Bracket>> {
  const brackets = new Map<number, Bracket>();
  let open = [...unknown];
  let before = instantOfMilliseconds(now + 1);
  for (let stepMs = FIRST_STEP_MS; open.length > 0; stepMs *= 2) {
    const from = instantOfMilliseconds(Math.max(now - stepMs, 0));
    const firstOffsets = from === 0 ? null : await ask(from);
    const farther: AppliedUntil[] = [];
    for (const partition of open) {
      const lowest = partition.appliedUntil ?? instantOfMilliseconds(0);
      // Appended at `from` or later: the first such offset is this record's own, or one before it.
      const isEnclosed =
        firstOffsets === null || (firstOffsets.get(partition.partition) ?? 0) <= partition.nextOffset || lowest >= from;
      if (isEnclosed) brackets.set(partition.partition, { from: lowest > from ? lowest : from, before });
      else farther.push(partition);
    }
    open = farther;
    before = from;
  }
  return brackets;
}

/** Halves a bracket until it is as narrow as it needs to be. @returns its lower end: a lag is never shown too small. */
async function narrow(partition: number, offset: number, bracket: Bracket, ask: AskFirstOffset): Promise<Instant> {
  const { from, before } = bracket;
  if (before - from <= PRECISION_MS) return from;
  const middle = instantOfMilliseconds(Math.floor((from + before) / 2));
  const firstOffset = (await ask(middle)).get(partition) ?? 0;
  return firstOffset <= offset
    ? narrow(partition, offset, { from: middle, before }, ask)
    : narrow(partition, offset, { from, before: middle }, ask);
}
