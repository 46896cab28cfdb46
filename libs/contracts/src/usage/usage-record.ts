import type { Instant } from '@floopy/domain';

export type HeaderValue = Buffer | string;

/** Headers as the Kafka client hands them over: a name that is stated twice has an array. */
export type RecordHeaders = Readonly<Record<string, HeaderValue | HeaderValue[] | undefined>>;

/** A record as it was read from the topic. */
export interface UsageRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders | undefined;
  /** The broker's time for it. */
  readonly appendedAt: Instant;
}

/** A record as it is sent. */
export interface EncodedRecord {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: Record<string, string>;
}

/** The bytes that a record takes for its value and its headers, names included. */
export function recordBytes(record: Pick<UsageRecord, 'value' | 'headers'>): number {
  let bytes = record.value?.length ?? 0;
  for (const name in record.headers) bytes += name.length + headerBytes(record.headers[name]);
  return bytes;
}

function headerBytes(header: HeaderValue | HeaderValue[] | undefined): number {
  if (Array.isArray(header)) return header.reduce((sum, value) => sum + headerBytes(value), 0);
  if (typeof header === 'string') return Buffer.byteLength(header);
  return header?.length ?? 0;
}
