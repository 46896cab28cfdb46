import { TOPICS } from '@floopy/contracts';
import {
  databaseUrlSetting,
  hostSetting,
  kafkaSettings,
  logLevelSetting,
  portSetting,
  switchSetting,
  wholeNumberSetting,
} from '@floopy/runtime';
import { z } from 'zod';

const SMTP_RULE = 'an SMTP URL, such as smtp://user:password@host:587';
const FROM_RULE = 'the sender of e-mails, such as Floopy Billing <billing@example.com>; SMTP_URL needs it';

const settings = z.object({
  DATABASE_URL: databaseUrlSetting,
  ...kafkaSettings,
  LOG_LEVEL: logLevelSetting,
  /** Where health, readiness and metrics are served. */
  HOST: hostSetting,
  PORT: portSetting(3004),
  ALERTS_TOPIC: z.string().default(TOPICS.billingAlerts.name),
  /** Without it, alerts by e-mail wait; the API is told by ALERT_EMAILS whether it takes such receivers. */
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/\S+$/, { error: SMTP_RULE })
    .optional(),
  MAIL_FROM: z
    .string({ error: FROM_RULE })
    .regex(/^[^\r\n]*\S+@\S+$/, { error: FROM_RULE })
    .optional(),
  /** Of one attempt to call a webhook, and of each step of sending an e-mail. */
  WEBHOOK_TIMEOUT_MS: wholeNumberSetting({ smallest: 100, largest: 60_000, unset: 5_000 }),
  /** A receiver that has failed for so long is no longer called. */
  WEBHOOK_DISABLE_AFTER_HOURS: wholeNumberSetting({ smallest: 1, largest: 8_760, unset: 72 }),
  /** Also calls http: and addresses of one's own network: for a single machine, never for customers. */
  WEBHOOK_INSECURE: switchSetting(false),
});

/** What the ledger follower reads from its environment, once, before anything starts. */
export const ledgerFollowerConfigSchema = settings.refine(
  ({ SMTP_URL: url, MAIL_FROM: from }) => url === undefined || from !== undefined,
  { path: ['MAIL_FROM'], error: FROM_RULE },
);

export type LedgerFollowerConfig = z.infer<typeof ledgerFollowerConfigSchema>;
