import { databaseUrlSetting, hostSetting, kafkaSettings, logLevelSetting, portSetting } from '@floopy/runtime';
import { TOPICS } from '@floopy/contracts';
import { z } from 'zod';

/** What the ledger relay reads from its environment, once, before anything starts. */
export const ledgerRelayConfigSchema = z.object({
  DATABASE_URL: databaseUrlSetting,
  ...kafkaSettings,
  LOG_LEVEL: logLevelSetting,
  /** Where health, readiness and metrics are served. */
  HOST: hostSetting,
  PORT: portSetting(3003),
  LEDGER_TOPIC: z.string().default(TOPICS.billingLedger.name),
  BALANCE_TOPIC: z.string().default(TOPICS.billingBalance.name),
  DEAD_LETTER_TOPIC: z.string().default(TOPICS.usageDeadLetter.name),
});

export type LedgerRelayConfig = z.infer<typeof ledgerRelayConfigSchema>;
