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

/** What the reconciler reads from its environment, once, before anything starts. */
export const reconcilerConfigSchema = z.object({
  DATABASE_URL: databaseUrlSetting,
  ...kafkaSettings,
  LOG_LEVEL: logLevelSetting,
  /** Where health, readiness and metrics are served. */
  HOST: hostSetting,
  PORT: portSetting(3005),
  USAGE_TOPIC: z.string().default(TOPICS.usageRecorded.name),
  /** How often it looks whether offsets add up, and at what waits. */
  CHECK_EVERY_SECONDS: wholeNumberSetting({ smallest: 1, largest: 3_600, unset: 60 }),
  /** In what time every organization's ledger is verified once, where that is possible. */
  VERIFY_WITHIN_SECONDS: wholeNumberSetting({ smallest: 1, largest: 604_800, unset: 86_400 }),
});

export type ReconcilerConfig = z.infer<typeof reconcilerConfigSchema>;
