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
import { isIP } from 'node:net';
import { z } from 'zod';

const PROXIES_RULE = 'addresses or networks between commas, such as 10.0.0.0/8,192.168.1.7';

const trustedProxiesSetting = z
  .string()
  .transform((text) => text.split(',').map((proxy) => proxy.trim()))
  .refine((proxies) => proxies.every(isAddressOrNetwork), { error: PROXIES_RULE })
  .default([]);

function isAddressOrNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  return bits > 0 && isPrefix && rest.length === 0;
}

const REDIS_RULE =
  'a Redis URL, such as redis://host:6379, or several between commas for a cluster; ADMISSION_STORE=redis needs it';

const settings = z.object({
  DATABASE_URL: databaseUrlSetting,
  ...kafkaSettings,
  LOG_LEVEL: logLevelSetting,
  HOST: hostSetting,
  PORT: portSetting(3000),
  USAGE_TOPIC: z.string().default(TOPICS.usageRecorded.name),
  /** The bound on Postgres connections: reads, and beside them adjustments. */
  READER_CONNECTIONS: wholeNumberSetting({ smallest: 1, largest: 200, unset: 8 }),
  WRITER_CONNECTIONS: wholeNumberSetting({ smallest: 1, largest: 50, unset: 2 }),
  /** A read that takes longer is cancelled and answered with 503. */
  STATEMENT_TIMEOUT_MS: wholeNumberSetting({ smallest: 100, largest: 600_000, unset: 10_000 }),
  /** How long a key is believed without asking again: a revoked key is refused after this time at the latest. */
  API_KEY_MEMORY_MS: wholeNumberSetting({ smallest: 0, largest: 60_000, unset: 5_000 }),
  /** Load balancers that are believed when they say whom they ask for: addresses or networks, such as 10.0.0.0/8. */
  TRUSTED_PROXIES: trustedProxiesSetting,
  /** Of one API key; of one address where the key is not known. */
  REQUESTS_PER_SECOND: wholeNumberSetting({ smallest: 1, largest: 1_000_000, unset: 2_000 }),
  /** The API is not ready when records wait and none was applied for this long. */
  STALL_SECONDS: wholeNumberSetting({ smallest: 1, largest: 86_400, unset: 30 }),
  /** Where holds are kept: in this process, which is then the only one that admits, or in Redis, for any number of them. */
  ADMISSION_STORE: z.enum(['memory', 'redis'], { error: 'memory or redis' }).default('memory'),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/[^\s,]+(?:,\s*rediss?:\/\/[^\s,]+)*$/, { error: REDIS_RULE })
    .optional(),
  /** Whether a hold is on disk before it is answered, or soon after: a crash then forgets what was admitted last. */
  HOLD_JOURNAL: z.enum(['durable', 'async'], { error: 'durable or async' }).default('durable'),
  /** The pause between two looks at the ledger: so long a charge is still held, too. */
  ADMISSION_FOLLOW_MS: wholeNumberSetting({ smallest: 1, largest: 10_000, unset: 50 }),
  /** Postgres connections of admission: it shares none, so that no read makes a decision wait. */
  ADMISSION_CONNECTIONS: wholeNumberSetting({ smallest: 2, largest: 50, unset: 6 }),
  /** Whether the ledger follower has a mail server: without one, nobody is told that an e-mail address is. */
  ALERT_EMAILS: switchSetting(false),
  /** As the ledger follower has it: also takes http: and addresses of one's own network, never for customers. */
  WEBHOOK_INSECURE: switchSetting(false),
});

/** What the API reads from its environment, once, before anything starts. */
export const apiConfigSchema = settings.refine(
  ({ ADMISSION_STORE: store, REDIS_URL: url }) => store === 'memory' || url !== undefined,
  { path: ['REDIS_URL'], error: REDIS_RULE },
);

export type ApiConfig = z.infer<typeof apiConfigSchema>;
