import { formatInstant, type TokenCounts, type UsageEvent, type UsageVoid } from '@floopy/domain';
import { CLOUD_EVENTS_VERSION, cloudEventHeaders, JSON_MEDIA_TYPE } from '../wire/cloud-event-headers';
import { STRUCTURED_MEDIA_TYPE } from './read-cloud-event';
import { USAGE_EVENT_TYPE } from './usage-event-schema';
import type { EncodedRecord } from './usage-record';
import { USAGE_VOIDED_TYPE, type UsageVoidInput } from './usage-void-schema';

export type CloudEventMode = 'binary' | 'structured';

/**
 * Writes a usage event as a record of the usage topic, keyed by its organization; what has its default is left out.
 * It checks nothing: whether the record will be taken is what `decodeUsageEvent` says of it.
 */
export function encodeUsageEvent(event: UsageEvent, mode: CloudEventMode = 'binary'): EncodedRecord {
  return encodeCloudEvent(event, USAGE_EVENT_TYPE, usageBody(event), mode);
}

/** Writes a void as a record of the usage topic, keyed by the organization whose event it names. */
export function encodeUsageVoid(event: UsageVoid, mode: CloudEventMode = 'binary'): EncodedRecord {
  const { source, id } = event.voided;
  const body: UsageVoidInput = { organization_id: event.organizationId, source, id, reason: event.reason };
  return encodeCloudEvent(event, USAGE_VOIDED_TYPE, body, mode);
}

function encodeCloudEvent(
  event: UsageEvent | UsageVoid,
  type: string,
  body: object,
  mode: CloudEventMode,
): EncodedRecord {
  const key = Buffer.from(event.organizationId);
  const time = formatInstant(event.occurredAt);
  const context = { id: event.id, source: event.source, type, time };
  if (mode === 'binary') return { key, value: jsonBytes(body), headers: cloudEventHeaders(context) };
  const attributes = { specversion: CLOUD_EVENTS_VERSION, ...context, datacontenttype: JSON_MEDIA_TYPE };
  return { key, value: jsonBytes({ ...attributes, data: body }), headers: { 'content-type': STRUCTURED_MEDIA_TYPE } };
}

function usageBody(event: UsageEvent): Record<string, unknown> {
  return {
    organization_id: event.organizationId,
    request_id: event.requestId,
    origin: event.origin,
    provider: event.provider,
    model: event.model,
    service_tier: event.serviceTier,
    outcome: event.outcome,
    cache_hit: event.cacheHit ? true : undefined,
    credential: event.credential === 'platform' ? undefined : event.credential,
    usage: tokenCounts(event.tokens),
    team_id: event.teamId ?? undefined,
    user_id: event.userId ?? undefined,
    api_key_id: event.apiKeyId ?? undefined,
    prompt_id: event.promptId ?? undefined,
    session_id: event.sessionId ?? undefined,
    attempt_id: event.attemptId ?? undefined,
    metadata: event.metadata === null ? undefined : (JSON.parse(event.metadata) as unknown),
  };
}

function tokenCounts(tokens: TokenCounts): Record<string, number | undefined> {
  return {
    input_tokens: tokens.input,
    cache_read_input_tokens: unlessZero(tokens.cacheReadInput),
    cache_creation_5m_input_tokens: unlessZero(tokens.cacheCreation5mInput),
    cache_creation_1h_input_tokens: unlessZero(tokens.cacheCreation1hInput),
    input_audio_tokens: unlessZero(tokens.inputAudio),
    cache_read_input_audio_tokens: unlessZero(tokens.cacheReadInputAudio),
    output_tokens: tokens.output,
    reasoning_output_tokens: unlessZero(tokens.reasoningOutput),
    output_audio_tokens: unlessZero(tokens.outputAudio),
  };
}

/** Zero is the default; whatever is no count at all is sent as it is, and refused. */
function unlessZero(count: number): number | undefined {
  return count === 0 ? undefined : count;
}

function jsonBytes(json: object): Buffer {
  return Buffer.from(JSON.stringify(json));
}
