import type { Admin } from 'kafkajs';

/** Where a partition's log begins, and ends for who reads only what is committed: [low, high). */
export interface Watermarks {
  readonly low: number;
  readonly high: number;
}

/** Asks the brokers where each partition of a topic begins and ends. */
export async function readWatermarks(admin: Admin, topic: string): Promise<Map<number, Watermarks>> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]));
}

/** Asks the brokers where one partition begins and ends. @throws when they do not know it. */
export async function readWatermarksOf(admin: Admin, topic: string, partition: number): Promise<Watermarks> {
  const watermarks = (await readWatermarks(admin, topic)).get(partition);
  if (watermarks === undefined) throw new Error(`the brokers know no partition ${partition} of ${topic}`);
  return watermarks;
}
