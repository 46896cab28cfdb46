import { TOPICS } from '@floopy/contracts';
import {
  databaseUrlSetting,
  hostSetting,
  kafkaSettings,
  logLevelSetting,
  portSetting,
  wholeNumberSetting,
} from '@floopy/runtime';
import { z } from 'zod';

/** What the usage consumer reads from its environment, once, before anything starts. */
export const usageConsumerConfigSchema = z.object({
  DATABASE_URL: databaseUrlSetting,
  ...kafkaSettings,
  LOG_LEVEL: logLevelSetting,
  /** Where health, readiness and metrics are served. */
  HOST: hostSetting,
  PORT: portSetting(3002),
  CONSUMER_GROUP: z.string().default('floopy-usage-consumer'),
  USAGE_TOPIC: z.string().default(TOPICS.usageRecorded.name),
  /** Transactions at once, and so the bound on Postgres connections: this many for batches, and one beside them. */
  TRANSACTIONS_AT_ONCE: wholeNumberSetting({ smallest: 1, largest: 16, unset: 2 }),
  MAX_BATCH_RECORDS: wholeNumberSetting({ smallest: 1, largest: 10_000, unset: 2_000 }),
});

export type UsageConsumerConfig = z.infer<typeof usageConsumerConfigSchema>;
