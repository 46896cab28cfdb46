import type { DeadLetterReason } from '@floopy/domain';
import { JSON_MEDIA_TYPE } from '../wire/cloud-event-headers';
import { utf8Text } from '../wire/utf8-text';
import type { WireFault } from '../wire/wire-fault';
import { USAGE_EVENT_TYPE } from './usage-event-schema';
import type { HeaderValue, UsageRecord } from './usage-record';
import { USAGE_VOIDED_TYPE } from './usage-void-schema';

/** A CloudEvents attribute as it was found: a text, or whatever stands in its place. */
export interface CloudEventAttributes {
  readonly specversion: unknown;
  readonly id: unknown;
  readonly source: unknown;
  readonly type: unknown;
  readonly time: unknown;
}

/** What a header is when it is there more than once: nobody can say which one was meant. */
export const REPEATED = Symbol('stated more than once');

export const STRUCTURED_MEDIA_TYPE = 'application/cloudevents+json';

export interface ReadableCloudEvent {
  readonly type: 'read';
  readonly attributes: CloudEventAttributes;
  readonly body: unknown;
  /** The JSON that `body` was parsed from, and the keys that lead to its `usage` there. */
  readonly text: string;
  readonly usagePath: readonly string[];
}

export interface UnreadableCloudEvent {
  readonly type: 'unreadable';
  readonly reason: Extract<DeadLetterReason, 'undecodable' | 'unsupported_type'>;
  readonly fault: WireFault;
  readonly attributes: CloudEventAttributes | null;
  readonly body: unknown;
}

const STRUCTURED = /^application\/cloudevents\+json[ \t]*(?:;|$)/i;
const ANY_CLOUD_EVENTS = /^application\/cloudevents/i;
const ANY_JSON = /^(?:application|text)\/(?:[\w.!#$&^-]+\+)?json[ \t]*(?:;|$)/i;

const BINARY_USAGE_PATH: readonly string[] = ['usage'];
const STRUCTURED_USAGE_PATH: readonly string[] = ['data', 'usage'];

/**
 * Takes a record apart as the Kafka binding of CloudEvents 1.0 says: by its `content-type`, in binary or structured
 * mode. Header names are exact, and values are literal UTF-8: unlike HTTP, Kafka escapes nothing.
 */
export function readCloudEvent(record: UsageRecord): ReadableCloudEvent | UnreadableCloudEvent {
  const contentType = headerText(record, 'content-type');
  if (contentType === REPEATED) return undecodable('/datacontenttype', 'is stated more than once');
  if (contentType === undefined || contentType === JSON_MEDIA_TYPE) return readBinary(record);
  if (STRUCTURED.test(contentType)) return readStructured(record);
  if (ANY_CLOUD_EVENTS.test(contentType)) return undecodable('', `must be ${STRUCTURED_MEDIA_TYPE} or binary mode`);
  if (ANY_JSON.test(contentType)) return readBinary(record);
  return undecodable('/datacontenttype', 'must be a JSON media type', headerAttributes(record));
}

function readBinary(record: UsageRecord): ReadableCloudEvent | UnreadableCloudEvent {
  const attributes = headerAttributes(record);
  if (isForeign(attributes.type)) return unsupported(attributes, undefined);
  const parsed = parseJson(record.value);
  if ('fault' in parsed) return undecodable('/data', parsed.fault, attributes);
  return { type: 'read', attributes, body: parsed.json, text: parsed.text, usagePath: BINARY_USAGE_PATH };
}

function readStructured(record: UsageRecord): ReadableCloudEvent | UnreadableCloudEvent {
  const parsed = parseJson(record.value);
  if ('fault' in parsed) return undecodable('', parsed.fault);
  const event = parsed.json;
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return undecodable('', 'must be a JSON object');
  }
  const attributes = event as CloudEventAttributes;
  const body = 'data' in event ? event.data : undefined;
  if (isForeign(attributes.type)) return unsupported(attributes, body);
  return { type: 'read', attributes, body, text: parsed.text, usagePath: STRUCTURED_USAGE_PATH };
}

/** What the headers state, in any mode. */
export function headerAttributes(record: UsageRecord): CloudEventAttributes {
  return {
    specversion: headerText(record, 'ce_specversion'),
    id: headerText(record, 'ce_id'),
    source: headerText(record, 'ce_source'),
    type: headerText(record, 'ce_type'),
    time: headerText(record, 'ce_time'),
  };
}

function headerText(record: UsageRecord, name: string): string | typeof REPEATED | undefined {
  const header: HeaderValue | HeaderValue[] | null | undefined = record.headers?.[name];
  if (header === undefined || header === null) return undefined;
  if (Array.isArray(header)) return REPEATED;
  return typeof header === 'string' ? header : header.toString('utf8');
}

/** A type that is stated and is none of ours: its body is not for us to judge. */
function isForeign(type: unknown): boolean {
  return typeof type === 'string' && type !== USAGE_EVENT_TYPE && type !== USAGE_VOIDED_TYPE;
}

function parseJson(value: Buffer | null): { json: unknown; text: string } | { fault: string } {
  if (value === null) return { fault: 'must not be null' };
  const text = utf8Text(value);
  if (text === null) return { fault: 'must be UTF-8' };
  try {
    return { json: JSON.parse(text), text };
  } catch {
    return { fault: 'must be JSON' };
  }
}

function undecodable(
  pointer: string,
  detail: string,
  attributes: CloudEventAttributes | null = null,
): UnreadableCloudEvent {
  return { type: 'unreadable', reason: 'undecodable', fault: { pointer, detail }, attributes, body: undefined };
}

function unsupported(attributes: CloudEventAttributes, body: unknown): UnreadableCloudEvent {
  const fault = { pointer: '/type', detail: `must be ${USAGE_EVENT_TYPE} or ${USAGE_VOIDED_TYPE}` };
  return { type: 'unreadable', reason: 'unsupported_type', fault, attributes, body };
}
