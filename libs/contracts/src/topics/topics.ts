/** A topic as it must be on the broker. */
export interface TopicDeclaration {
  readonly name: string;
  readonly partitions: number;
  /** What its records are keyed by. */
  readonly key: 'organization id' | 'original key';
  readonly cleanup: 'delete' | 'compact';
  /** How long records are kept; null where the newest record of a key is kept for ever. */
  readonly retentionMs: number | null;
  /** Whose clock stamps the records. */
  readonly timestampType: 'LogAppendTime' | 'CreateTime';
  /** The topic configuration that says all of this, in the broker's words. */
  readonly config: Readonly<Record<string, string>>;
}

const DAY_MS = 86_400_000;

/** What the broker takes in one batch; it also bounds a single record. */
const MAX_BATCH_BYTES = 1_048_588;

/** A dead letter has its own headers beside all of the original, which may have filled a batch. */
const MAX_DEAD_LETTER_BYTES = 2 * MAX_BATCH_BYTES;

/** Every topic of ours; applied and compared by the operator, never created by the broker on its own. */
export const TOPICS = {
  usageRecorded: declared('usage.recorded.v1', 24, 14, { timestampType: 'LogAppendTime' }),
  usageDeadLetter: declared('usage.dead-letter.v1', 6, 90, {
    key: 'original key',
    maxBytes: MAX_DEAD_LETTER_BYTES,
  }),
  billingLedger: declared('billing.ledger.v1', 24, 30),
  billingBalance: declared('billing.balance.v1', 12, null),
  billingAlerts: declared('billing.alerts.v1', 6, 7),
} as const;

export type TopicName = keyof typeof TOPICS;

function declared(
  name: string,
  partitions: number,
  retentionDays: number | null,
  particular: Partial<Pick<TopicDeclaration, 'timestampType' | 'key'>> & { readonly maxBytes?: number } = {},
): TopicDeclaration {
  const { timestampType = 'CreateTime', key = 'organization id', maxBytes = MAX_BATCH_BYTES } = particular;
  const cleanup = retentionDays === null ? 'compact' : 'delete';
  const retentionMs = retentionDays === null ? null : retentionDays * DAY_MS;
  const config = {
    'cleanup.policy': cleanup,
    'message.timestamp.type': timestampType,
    'max.message.bytes': String(maxBytes),
    ...(retentionMs === null ? {} : { 'retention.ms': String(retentionMs) }),
  };
  return { name, partitions, key, cleanup, retentionMs, timestampType, config };
}
