import { z } from 'zod';
import { WORKLOADS } from '../workload/workloads';

const settingsSchema = z.object({
  recordingUrl: z.string(),
  replayUrl: z.string(),
  recordsPerTransaction: z.number().int().positive(),
  workload: z.object({
    name: z.enum(WORKLOADS),
    topic: z.string(),
    records: z.number().int().positive(),
    endsAtMs: z.number(),
    tracePath: z.string(),
  }),
});

export type FloorSettings = z.infer<typeof settingsSchema>;

/** Handed over by the benchmark, as the program's one argument. */
export function floorSettings(): FloorSettings {
  return settingsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
}
