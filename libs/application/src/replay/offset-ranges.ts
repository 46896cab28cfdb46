/** Offsets of one partition, from the first on and before the last one. */
export interface OffsetRange {
  readonly partition: number;
  readonly from: number;
  readonly until: number;
}

/** Where a partition stands: in the log, and in the database. */
export interface PartitionStanding {
  readonly partition: number;
  /** Where the log begins, and ends for who reads only what is committed. */
  readonly low: number;
  readonly high: number;
  /** The first offset that was ever read, and the next one to be; null when nobody has claimed the partition yet. */
  readonly firstOffset: number | null;
  readonly nextOffset: number | null;
}

/** The offsets of one partition that are asked for; null where the partition begins, and where reading stands. */
export interface AskedOffsets {
  readonly partition: number;
  readonly from: number | null;
  readonly until: number | null;
}

/** What of the offsets that were asked for can be read again, and what cannot. */
export interface ReadableOffsets {
  readonly readable: OffsetRange[];
  /** Passed once, and the log does not have them any more. */
  readonly gone: OffsetRange[];
  /** Not passed yet: they are the consumer's. */
  readonly ahead: OffsetRange[];
  /** Asked for, and from before the partition was first read. */
  readonly before: OffsetRange[];
}

/**
 * Cuts the offsets that are asked for into what was passed and can be read again, what was passed and is gone, what lies
 * ahead of the consumer, and what was there before it first read.
 */
export function readableOffsets(
  asked: readonly AskedOffsets[],
  standings: readonly PartitionStanding[],
): ReadableOffsets {
  const byPartition = new Map(standings.map((standing) => [standing.partition, standing]));
  const offsets: ReadableOffsets = { readable: [], gone: [], ahead: [], before: [] };
  for (const one of asked) {
    const standing = byPartition.get(one.partition);
    if (standing !== undefined) cut(one, standing, offsets);
  }
  return offsets;
}

function cut({ partition, from, until }: AskedOffsets, standing: PartitionStanding, offsets: ReadableOffsets): void {
  const { low, high } = standing;
  const first = standing.firstOffset ?? low;
  const next = standing.nextOffset ?? first;
  const [askedFrom, askedUntil] = [from ?? first, until ?? Math.max(next, high)];
  const add = (ranges: OffsetRange[], start: number, end: number): void => {
    const range = { partition, from: Math.max(start, askedFrom), until: Math.min(end, askedUntil) };
    if (range.from < range.until) ranges.push(range);
  };
  add(offsets.before, Math.min(low, first), first);
  add(offsets.gone, first, Math.min(low, next));
  add(offsets.readable, Math.max(first, low), Math.min(next, high));
  // A log that ends before what was passed was truncated, or made anew.
  add(offsets.gone, Math.max(first, high), next);
  add(offsets.ahead, Math.max(next, low), Math.max(next, high));
}
