import type { Admin } from 'kafkajs';

/** Where a partition's log begins and ends: [low, high). */
export interface Watermarks {
  readonly low: number;
  readonly high: number;
}

/** Asks the brokers where each partition of a topic begins and ends. */
export async function readWatermarks(admin: Admin, topic: string): Promise<Map<number, Watermarks>> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]));
}
