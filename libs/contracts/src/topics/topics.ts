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

/** Dead letters carry the original bytes and headers beside their own, so their topic takes a little more. */
const MAX_RECORD_BYTES = 1_048_588;

/** Every topic of ours; applied and compared by the operator, never created by the broker on its own. */
export const TOPICS = {
  usageRecorded: declared('usage.recorded.v1', 24, 14, { timestampType: 'LogAppendTime' }),
  usageDeadLetter: declared('usage.dead-letter.v1', 6, 90, { key: 'original key' }),
  billingLedger: declared('billing.ledger.v1', 24, 30),
  billingBalance: declared('billing.balance.v1', 12, null),
  billingAlerts: declared('billing.alerts.v1', 6, 7),
} as const;

export type TopicName = keyof typeof TOPICS;

function declared(
  name: string,
  partitions: number,
  retentionDays: number | null,
  particular: Partial<Pick<TopicDeclaration, 'timestampType' | 'key'>> = {},
): TopicDeclaration {
  const { timestampType = 'CreateTime', key = 'organization id' } = particular;
  const cleanup = retentionDays === null ? 'compact' : 'delete';
  const retentionMs = retentionDays === null ? null : retentionDays * DAY_MS;
  const config = {
    'cleanup.policy': cleanup,
    'message.timestamp.type': timestampType,
    'max.message.bytes': String(MAX_RECORD_BYTES),
    ...(retentionMs === null ? {} : { 'retention.ms': String(retentionMs) }),
  };
  return { name, partitions, key, cleanup, retentionMs, timestampType, config };
}
