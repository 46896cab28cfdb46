import type { Instant } from '@floopy/domain';
import type { Kafka } from 'kafkajs';
import { readWatermarks, type Watermarks } from '../watermarks/read-watermarks';

/** Where a topic's partitions begin and end, and where each stood at some moments. */
export interface LogOffsets {
  readonly watermarks: ReadonlyMap<number, Watermarks>;
  /** In the order of the moments: by partition, the first offset that the broker took then or later; the end where none is. */
  readonly at: readonly ReadonlyMap<number, number>[];
}

/** Asks the brokers where a topic's log begins and ends, and where it stood at some moments. */
export async function readLogOffsets(kafka: Kafka, topic: string, moments: readonly Instant[]): Promise<LogOffsets> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const at: Map<number, number>[] = [];
    for (const moment of moments) {
      const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, moment);
      at.push(new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)])));
    }
    return { watermarks: await readWatermarks(admin, topic), at };
  } finally {
    await admin.disconnect();
  }
}
