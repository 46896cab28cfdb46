import { databaseUrlSetting, hostSetting, kafkaSettings, logLevelSetting, portSetting } from '@floopy/runtime';
import { z } from 'zod';

/** What the ledger follower reads from its environment, once, before anything starts. */
export const ledgerFollowerConfigSchema = z.object({
  DATABASE_URL: databaseUrlSetting,
  /** Given to every process of an installation; nothing of spend goes there. */
  ...kafkaSettings,
  LOG_LEVEL: logLevelSetting,
  /** Where health, readiness and metrics are served. */
  HOST: hostSetting,
  PORT: portSetting(3004),
});

export type LedgerFollowerConfig = z.infer<typeof ledgerFollowerConfigSchema>;
