import { z } from 'zod';
import { WORKLOADS } from '../workload/workloads';

const settingsSchema = z.object({
  brokers: z.array(z.string()),
  topic: z.string(),
  eventsPerSecond: z.number().positive(),
  /** Where it writes what it has sent, once it is done. */
  sentPath: z.string(),
  workload: z.object({
    name: z.enum(WORKLOADS),
    records: z.number().int().positive(),
    endsAtMs: z.number(),
    tracePath: z.string(),
  }),
});

export type ProducerSettings = z.infer<typeof settingsSchema>;

/** Handed over by the benchmark, as the program's one argument. */
export function producerSettings(): ProducerSettings {
  return settingsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
}

/** Records that lie one behind the other in a partition, and when each of them was due. */
export const sentRunsSchema = z.array(
  z.object({ partition: z.number(), firstOffset: z.number(), dueAtMs: z.array(z.number()) }),
);
export type SentRun = z.infer<typeof sentRunsSchema>[number];
