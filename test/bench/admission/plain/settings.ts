import { z } from 'zod';

export const PLAIN_WAYS = ['nothing', 'debit', 'script'] as const;
export type PlainWay = (typeof PLAIN_WAYS)[number];

const settingsSchema = z.object({
  way: z.enum(PLAIN_WAYS),
  port: z.number().int(),
  databaseUrl: z.string(),
  redisUrl: z.string(),
});

export type PlainSettings = z.infer<typeof settingsSchema>;

/** Handed over by the benchmark, as the program's one argument. */
export function plainSettings(): PlainSettings {
  return settingsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
}
