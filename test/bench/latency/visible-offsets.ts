import { setTimeout as pause } from 'node:timers/promises';
import type { BenchDatabase } from '../stage/database';
import type { SentRun } from './settings';

interface Advance {
  /** Everything before this offset was visible to a reader at this time. */
  readonly nextOffset: number;
  readonly atMs: number;
}

const LOOK_EVERY_MS = 4;

/**
 * Watches, as any reader of the database could, how far each partition is applied. The offset is written in the
 * transaction of the balances, so an event whose offset is passed is one whose charge is on its balance.
 */
export class VisibleOffsets {
  private readonly advances = new Map<number, Advance[]>();
  private isWatching = false;
  private watching = Promise.resolve();

  constructor(
    private readonly database: Pick<BenchDatabase, 'pool'>,
    private readonly topic: string,
  ) {}

  watch(): void {
    this.isWatching = true;
    this.watching = this.look();
  }

  async stop(): Promise<void> {
    this.isWatching = false;
    await this.watching;
  }

  /** From when each event was due until it was visible, in milliseconds; what never became visible is missing. */
  latencies(sent: readonly SentRun[], fromMs: number): number[] {
    return sent.flatMap(({ partition, firstOffset, dueAtMs }) => {
      const advances = this.advances.get(partition) ?? [];
      return dueAtMs.flatMap((atMs, index) => {
        const seen = atMs < fromMs ? undefined : firstPast(advances, firstOffset + index);
        return seen === undefined ? [] : [seen.atMs - atMs];
      });
    });
  }

  private async look(): Promise<void> {
    while (this.isWatching) {
      const { rows } = await this.database.pool.query<{ partition: number; next_offset: string }>({
        name: 'visible_offsets',
        text: 'SELECT partition, next_offset FROM ingest_partition WHERE topic = $1',
        values: [this.topic],
      });
      const atMs = Date.now();
      for (const row of rows) this.note(row.partition, { nextOffset: Number(row.next_offset), atMs });
      await pause(LOOK_EVERY_MS);
    }
  }

  private note(partition: number, advance: Advance): void {
    const advances = this.advances.get(partition) ?? [];
    this.advances.set(partition, advances);
    if (advances.at(-1)?.nextOffset !== advance.nextOffset) advances.push(advance);
  }
}

/** The first advance that has passed an offset; they are in order. */
function firstPast(advances: readonly Advance[], offset: number): Advance | undefined {
  let [low, high] = [0, advances.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((advances[middle]?.nextOffset ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return advances[low];
}
