import type { Instant } from '@floopy/domain';
import { CLOUD_EVENTS_VERSION, JSON_MEDIA_TYPE } from '../wire/cloud-event-headers';
import { type DecodedUsage, decodeUsageEvent } from '../usage/decode-usage-event';
import { readCloudEvent, STRUCTURED_MEDIA_TYPE } from '../usage/read-cloud-event';
import { USAGE_EVENT_TYPE } from '../usage/usage-event-schema';
import type { HeaderValue, RecordHeaders, UsageRecord } from '../usage/usage-record';

/** A record as it is kept: headers as pairs, in their order, a name as often as it was stated. */
export interface KeptRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[];
}

/** A kept record is decoded exactly as it was when it arrived, the broker's time for it included. */
export function decodeKeptRecord(record: KeptRecord & { readonly appendedAt: Instant }): DecodedUsage {
  return decodeUsageEvent(usageRecordOf(record));
}

/** A kept record as the Kafka client handed it over. */
function usageRecordOf({
  key,
  value,
  headers,
  appendedAt,
}: KeptRecord & { readonly appendedAt: Instant }): UsageRecord {
  const byName = new Map<string, (Buffer | null)[]>();
  for (const [name, text] of headers) byName.set(name, [...(byName.get(name) ?? []), bufferOf(text)]);
  const stated = Array.from(byName, ([name, values]) => [name, values.length === 1 ? values[0] : values] as const);
  // The client's types know nothing of headers whose value is null; the client does.
  const asRead = Object.fromEntries(stated) as Record<string, HeaderValue | HeaderValue[]> satisfies RecordHeaders;
  return { key: bufferOf(key), value: bufferOf(value), headers: asRead, appendedAt };
}

/**
 * What a record says, as one CloudEvent in structured mode, right or wrong: to be corrected by somebody who knows better.
 * Null when that cannot be read.
 */
export function cloudEventOf(record: KeptRecord & { readonly appendedAt: Instant }): object | null {
  const read = readCloudEvent(usageRecordOf(record));
  if (read.body === undefined && read.type === 'unreadable') return null;
  const { specversion, id, source, type, time } = read.attributes ?? {};
  const attributes = { specversion, id, source, type, time };
  const stated = Object.entries(attributes).filter(([, value]) => typeof value === 'string');
  return { ...Object.fromEntries(stated), data: read.body };
}

/** Writes an event in JSON as a record in structured mode; what every usage event has in common may be left out of it. */
export function encodeCorrection(
  event: object,
  identity: { readonly source: string; readonly id: string } | null,
): KeptRecord {
  const defaults = { specversion: CLOUD_EVENTS_VERSION, type: USAGE_EVENT_TYPE, datacontenttype: JSON_MEDIA_TYPE };
  const stated = { ...defaults, ...event, ...(identity === null ? {} : { source: identity.source, id: identity.id }) };
  return {
    key: Buffer.from(organizationIn(event)),
    value: Buffer.from(JSON.stringify(stated)),
    headers: [['content-type', Buffer.from(STRUCTURED_MEDIA_TYPE)]],
  };
}

/** Records are keyed by their organization; an event without one is refused for that, when it is decoded. */
function organizationIn(event: object): string {
  const body: unknown = 'data' in event ? event.data : undefined;
  if (typeof body !== 'object' || body === null || !('organization_id' in body)) return '';
  return typeof body.organization_id === 'string' ? body.organization_id : '';
}

function bufferOf(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
