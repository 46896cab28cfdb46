import { TOPICS } from '@floopy/contracts';
import type { ISocketFactory, KafkaConfig } from 'kafkajs';

export interface UsageClientOptions {
  /** `host:port` of some brokers; the rest of the cluster is found through them. */
  readonly brokers: readonly string[];
  /** CloudEvents source of this producer, a URI reference such as `/floopy/gateway/eu-1`. */
  readonly source: string;
  /** How the broker's logs name this client. */
  readonly clientId?: string;
  /** Default: the usage topic of the contract. */
  readonly topic?: string;
  /** Events that may wait for their confirmation, in flight ones included. Default 10,000. */
  readonly bufferLimit?: number;
  /** Their bytes together. Default 64 MiB. */
  readonly bufferLimitBytes?: number;
  /** How long the first event of an idle partition waits for company. Default 5 ms. */
  readonly lingerMs?: number;
  /** For how long delivery is tried before an event ends as `failed`. Default 120,000 ms. */
  readonly deliveryTimeoutMs?: number;
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: KafkaConfig['sasl'];
  /** Opens the connections to brokers, for those behind a proxy. */
  readonly socketFactory?: ISocketFactory;
  /** Called whenever something is about to be tried again; for logs and counters. What it throws is uncaught. */
  readonly onRetry?: (retry: Retry) => void;
}

export interface Retry {
  /** How often it has failed in a row. */
  readonly attempt: number;
  readonly waitMs: number;
  readonly detail: string;
}

/** The options with their defaults. */
export type UsageClientSettings = Readonly<
  Required<Omit<UsageClientOptions, 'ssl' | 'sasl' | 'socketFactory' | 'brokers'>> &
    Pick<UsageClientOptions, 'ssl' | 'sasl' | 'socketFactory'> & { brokers: string[] }
>;

export const DEFAULT_BUFFER_LIMIT = 10_000;
export const DEFAULT_BUFFER_LIMIT_BYTES = 64 * 1024 * 1024;
export const DEFAULT_DELIVERY_TIMEOUT_MS = 120_000;
const DEFAULT_LINGER_MS = 5;

/** @throws Error that names what no client can work with: a mistake in the caller's configuration. */
export function settingsOf(options: UsageClientOptions): UsageClientSettings {
  const settings = {
    clientId: 'floopy-usage-client',
    topic: TOPICS.usageRecorded.name,
    bufferLimit: DEFAULT_BUFFER_LIMIT,
    bufferLimitBytes: DEFAULT_BUFFER_LIMIT_BYTES,
    lingerMs: DEFAULT_LINGER_MS,
    deliveryTimeoutMs: DEFAULT_DELIVERY_TIMEOUT_MS,
    onRetry: () => undefined,
    ...options,
    brokers: [...options.brokers],
  };
  if (settings.brokers.length === 0) throw new Error('usage client: brokers must name at least one broker');
  for (const name of ['bufferLimit', 'bufferLimitBytes', 'deliveryTimeoutMs'] as const) {
    if (!(settings[name] > 0)) throw new Error(`usage client: ${name} must be above zero`);
  }
  if (!(settings.lingerMs >= 0)) throw new Error('usage client: lingerMs must not be negative');
  return settings;
}
