import { type OffsetRange, type Proof, proveReplay, readableOffsets, type ReadStretch } from '@floopy/application';
import { decodeKeptRecord } from '@floopy/contracts';
import { inProofSnapshot } from '@floopy/postgres';
import type { UsageFeed } from './applied-usage';
import { CLOCK_AND_HASH, type SeededDatabase } from './seeded-database';

const STRETCH_RECORDS = 70;

export interface FedTopic {
  readonly database: SeededDatabase;
  readonly topic: string;
  /** By partition. What they were fed is the log. */
  readonly feeds: readonly UsageFeed[];
}

/** Proves what was fed, from an offset of every partition on; what lies before it is gone when that is said. */
export async function proveFed({ database, topic, feeds }: FedTopic, from = 0, low = 0): Promise<Proof> {
  return inProofSnapshot(database.pool, topic, (snapshot, partitions) => {
    const standings = partitions.map(({ partition, firstOffset, nextOffset }) => {
      return { partition, low, high: nextOffset, firstOffset, nextOffset };
    });
    const asked = standings.map(({ partition }) => ({ partition, from, until: null }));
    const { readable } = readableOffsets(asked, standings);
    const readRecords = async (take: (stretch: ReadStretch) => Promise<void>) => {
      for (const stretch of readable.flatMap((range) => stretchesOf(range, feeds))) await take(stretch);
      return [];
    };
    const ports = { snapshot, readRecords, decode: decodeKeptRecord, ...CLOCK_AND_HASH, onProgress: () => undefined };
    return proveReplay(ports, { partitions, readable });
  });
}

function stretchesOf({ partition, from, until }: OffsetRange, feeds: readonly UsageFeed[]): ReadStretch[] {
  const log = feeds[partition]?.log ?? [];
  const stretches: ReadStretch[] = [];
  for (let start = from; start < until; start += STRETCH_RECORDS) {
    const end = Math.min(start + STRETCH_RECORDS, until);
    const records = log.filter(({ offset }) => offset >= start && offset < end);
    stretches.push({ partition, from: start, until: end, records });
  }
  return stretches;
}
