import {
  assert,
  type DeadLetterReason,
  type Instant,
  isIdentifier,
  MAX_CLOCK_AHEAD_MS,
  organizationIdOf,
  parseInstant,
  type UsageEvent,
  type UsageVoid,
} from '@floopy/domain';
import { CLOUD_EVENTS_VERSION } from '../wire/cloud-event-headers';
import { boundedFaults, NO_FAULTS, REQUIRED, type WireFault } from '../wire/wire-fault';
import { IDENTIFIER_RULE } from '../wire/wire-schemas';
import { type CloudEventAttributes, headerAttributes, readCloudEvent, REPEATED } from './read-cloud-event';
import { type ReadUsageBody, readUsageBody } from './read-usage-body';
import { isSource, SOURCE_RULE, USAGE_EVENT_TYPE } from './usage-event-schema';
import { recordBytes, type UsageRecord } from './usage-record';
import { readVoidBody, USAGE_VOIDED_TYPE, type UsageVoidBody } from './usage-void-schema';

/** A record may be this large, its value and headers together; a usage event needs about 1 KiB. */
export const MAX_USAGE_EVENT_BYTES = 65_536;

/**
 * One thing that is wrong with a record. Its pointer goes into the event as structured CloudEvents write it (`/time`,
 * `/data/usage/input_tokens`), whichever mode it was sent in; `/partitionkey` is the record's key.
 */
export type UsageFault = WireFault;

/** What a record says: usage, that an event was a mistake, or why it is parked. Of a rejected record, its identity as far as it could be read. */
export type DecodedUsage =
  | { readonly type: 'usage'; readonly event: UsageEvent }
  | { readonly type: 'voided'; readonly event: UsageVoid }
  | {
      readonly type: 'rejected';
      readonly reason: DeadLetterReason;
      readonly faults: readonly WireFault[];
      readonly organizationId: string | null;
      readonly source: string | null;
      readonly eventId: string | null;
    };

type CheckedBody = Extract<ReadUsageBody, { type: 'body' }>;

/**
 * Decodes one record of the usage topic, in binary or structured mode, and checks everything that can be checked
 * without knowing an organization or a rate. Total: any bytes at all end in what they say or in a reason, never in an error.
 */
export function decodeUsageEvent(record: UsageRecord): DecodedUsage {
  if (recordBytes(record) > MAX_USAGE_EVENT_BYTES) {
    const fault = { pointer: '', detail: `must take at most ${MAX_USAGE_EVENT_BYTES} bytes, headers included` };
    return rejected('oversized', [fault], record, headerAttributes(record), undefined);
  }
  const read = readCloudEvent(record);
  if (read.type === 'unreadable') return rejected(read.reason, [read.fault], record, read.attributes, read.body);

  const { attributes } = read;
  const occurredAt = typeof attributes.time === 'string' ? parseInstant(attributes.time) : null;
  const checked = attributes.type === USAGE_VOIDED_TYPE ? readVoidBody(read.body) : readUsageBody(read);
  const badAttributes = attributeFaults(attributes, occurredAt);
  const badKey = keyFaults(record.key, organizationIn(read.body));
  const badTime = clockFaults(occurredAt, record.appendedAt);
  if (checked.type === 'faulty' || badAttributes !== NO_FAULTS) {
    const badBody = checked.type === 'faulty' ? checked.faults : NO_FAULTS;
    const faults = [...badAttributes, ...badBody, ...badKey, ...badTime];
    return rejected('invalid', faults, record, attributes, read.body);
  }
  if (badKey !== NO_FAULTS) return rejected('key_mismatch', [...badKey, ...badTime], record, attributes, read.body);
  if (badTime !== NO_FAULTS) return rejected('too_far_in_future', badTime, record, attributes, read.body);
  assert(occurredAt !== null, 'an event without faults has a time');
  return checked.type === 'void'
    ? { type: 'voided', event: usageVoid(attributes, occurredAt, checked.body) }
    : { type: 'usage', event: usageEvent(attributes, occurredAt, checked) };
}

function usageEvent(
  attributes: CloudEventAttributes,
  occurredAt: Instant,
  { body, tokens, metadata }: CheckedBody,
): UsageEvent {
  return {
    organizationId: organizationIdOf(body.organization_id),
    source: attributes.source as string,
    id: attributes.id as string,
    occurredAt,
    requestId: body.request_id,
    origin: body.origin,
    provider: body.provider,
    model: body.model,
    serviceTier: body.service_tier,
    outcome: body.outcome,
    cacheHit: body.cache_hit,
    credential: body.credential,
    tokens,
    teamId: body.team_id ?? null,
    userId: body.user_id ?? null,
    apiKeyId: body.api_key_id ?? null,
    promptId: body.prompt_id ?? null,
    sessionId: body.session_id ?? null,
    attemptId: body.attempt_id ?? null,
    metadata,
  };
}

function usageVoid(attributes: CloudEventAttributes, occurredAt: Instant, body: UsageVoidBody): UsageVoid {
  return {
    organizationId: organizationIdOf(body.organization_id),
    source: attributes.source as string,
    id: attributes.id as string,
    occurredAt,
    voided: { source: body.source, id: body.id },
    reason: body.reason,
  };
}

function attributeFaults(attributes: CloudEventAttributes, occurredAt: Instant | null): readonly WireFault[] {
  const { specversion, id, source, type, time } = attributes;
  let faults = NO_FAULTS;
  const add = (pointer: string, attribute: unknown, rule: string): void => {
    faults = [...faults, attributeFault(pointer, attribute, rule)];
  };
  if (specversion !== CLOUD_EVENTS_VERSION) add('/specversion', specversion, `must be ${CLOUD_EVENTS_VERSION}`);
  if (!isId(id)) add('/id', id, IDENTIFIER_RULE);
  if (!isSource(source)) add('/source', source, SOURCE_RULE);
  if (type !== USAGE_EVENT_TYPE && type !== USAGE_VOIDED_TYPE) add('/type', type, `must be ${USAGE_EVENT_TYPE}`);
  if (occurredAt === null) add('/time', time, 'must be an RFC 3339 time from 1970 to 9999');
  return faults;
}

function attributeFault(pointer: string, attribute: unknown, rule: string): WireFault {
  if (attribute === undefined) return { pointer, detail: REQUIRED };
  return { pointer, detail: attribute === REPEATED ? 'is stated more than once' : rule };
}

/** The key decides the partition; one that names another organization would scatter its events. */
function keyFaults(key: Buffer | null, organizationId: string | null): readonly WireFault[] {
  if (organizationId === null || key?.toString('latin1') === organizationId) return NO_FAULTS;
  return [{ pointer: '/partitionkey', detail: 'must be the organization_id, as the key of the record' }];
}

function clockFaults(occurredAt: Instant | null, appendedAt: Instant): readonly WireFault[] {
  if (occurredAt === null || occurredAt <= appendedAt + MAX_CLOCK_AHEAD_MS) return NO_FAULTS;
  const detail = `must be at most ${MAX_CLOCK_AHEAD_MS / 60_000} minutes past the time at which the broker appended it`;
  return [{ pointer: '/time', detail }];
}

function rejected(
  reason: DeadLetterReason,
  faults: readonly WireFault[],
  record: UsageRecord,
  attributes: CloudEventAttributes | null,
  body: unknown,
): DecodedUsage {
  const key = record.key?.toString('latin1');
  return {
    type: 'rejected',
    reason,
    faults: boundedFaults(faults),
    organizationId: organizationIn(body) ?? (isId(key) ? key : null),
    source: isSource(attributes?.source) ? attributes.source : null,
    eventId: isId(attributes?.id) ? attributes.id : null,
  };
}

/** The organization that a body names, even if nothing else in it is right. */
function organizationIn(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('organization_id' in body)) return null;
  return isId(body.organization_id) ? body.organization_id : null;
}

function isId(attribute: unknown): attribute is string {
  return typeof attribute === 'string' && isIdentifier(attribute);
}
