import { instantOfMilliseconds, organizationIdOf, type UsageEvent } from '@floopy/domain';
import type { HeaderValue, UsageRecord } from '../src/usage/usage-record';

export const OCCURRED_AT = instantOfMilliseconds(Date.UTC(2026, 10, 23, 10, 0, 0, 123));
export const APPENDED_AT = instantOfMilliseconds(OCCURRED_AT + 1_000);

export type JsonObject = Record<string, unknown>;

/** The body of a usage event as a producer writes it. */
export function aUsageBody(overrides: JsonObject = {}): JsonObject {
  return {
    organization_id: 'org_acme',
    request_id: 'req_7Qd',
    origin: 'gateway',
    provider: 'openai',
    model: 'gpt-4o',
    outcome: 'succeeded',
    usage: { input_tokens: 12345, cache_read_input_tokens: 10000, output_tokens: 678 },
    ...overrides,
  };
}

export interface UsageRecordParts {
  readonly key?: string | null;
  readonly body?: JsonObject;
  /** Instead of `body`: the value's own text or bytes. */
  readonly value?: string | Buffer | null;
  readonly headers?: Record<string, HeaderValue | HeaderValue[] | undefined>;
}

/** The record of a usage event in binary mode, with what a test changes about it. */
export function aUsageRecord(parts: UsageRecordParts = {}): UsageRecord {
  const { key = 'org_acme', body = aUsageBody(), value = JSON.stringify(body), headers = {} } = parts;
  return {
    key: key === null ? null : Buffer.from(key),
    value: typeof value === 'string' ? Buffer.from(value) : value,
    headers: {
      ce_specversion: Buffer.from('1.0'),
      ce_id: Buffer.from('evt_1'),
      ce_source: Buffer.from('/floopy/gateway/eu-1'),
      ce_type: Buffer.from('ai.floopy.usage.recorded.v1'),
      ce_time: Buffer.from('2026-11-23T10:00:00.123Z'),
      'content-type': Buffer.from('application/json'),
      ...headers,
    },
    appendedAt: APPENDED_AT,
  };
}

/** The attributes and the body of `aUsageRecord` in one JSON object, as structured mode has them. */
export function aCloudEvent(overrides: JsonObject = {}): JsonObject {
  return {
    specversion: '1.0',
    id: 'evt_1',
    source: '/floopy/gateway/eu-1',
    type: 'ai.floopy.usage.recorded.v1',
    time: '2026-11-23T10:00:00.123Z',
    datacontenttype: 'application/json',
    data: aUsageBody(),
    ...overrides,
  };
}

/** The record of a usage event in structured mode. */
export function aStructuredRecord(overrides: JsonObject = {}, key = 'org_acme'): UsageRecord {
  return {
    key: Buffer.from(key),
    value: Buffer.from(JSON.stringify(aCloudEvent(overrides))),
    headers: { 'content-type': Buffer.from('application/cloudevents+json; charset=UTF-8') },
    appendedAt: APPENDED_AT,
  };
}

/** What `aUsageRecord` says. */
export function aUsageEvent(overrides: Partial<UsageEvent> = {}): UsageEvent {
  return {
    organizationId: organizationIdOf('org_acme'),
    source: '/floopy/gateway/eu-1',
    id: 'evt_1',
    occurredAt: OCCURRED_AT,
    requestId: 'req_7Qd',
    origin: 'gateway',
    provider: 'openai',
    model: 'gpt-4o',
    serviceTier: 'standard',
    outcome: 'succeeded',
    cacheHit: false,
    credential: 'platform',
    tokens: {
      input: 12345,
      cacheReadInput: 10000,
      cacheCreation5mInput: 0,
      cacheCreation1hInput: 0,
      inputAudio: 0,
      cacheReadInputAudio: 0,
      output: 678,
      reasoningOutput: 0,
      outputAudio: 0,
    },
    teamId: null,
    userId: null,
    apiKeyId: null,
    promptId: null,
    sessionId: null,
    attemptId: null,
    metadata: null,
    ...overrides,
  };
}
