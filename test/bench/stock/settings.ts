import { z } from 'zod';

const settingsSchema = z.object({
  databaseUrl: z.string(),
  brokers: z.array(z.string()),
  topic: z.string(),
  groupId: z.string(),
  /** Connections, and messages at once. */
  connections: z.number().int().positive(),
});

export type StockSettings = z.infer<typeof settingsSchema>;

/** Handed over by the benchmark, as the program's one argument. */
export function stockSettings(): StockSettings {
  return settingsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
}
