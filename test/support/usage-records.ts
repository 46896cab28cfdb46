import type { BatchRecord, RawRecord } from '@floopy/application';
import { decodeUsageEvent } from '@floopy/contracts';
import { identifyUsage, instantOfMilliseconds } from '@floopy/domain';
import { sha256 } from '@floopy/runtime';
import type { Message } from 'kafkajs';

/** A usage event as a producer that has no code of ours would write it. */
export interface PlainUsage {
  readonly id: string;
  readonly source: string;
  readonly time: string;
  /** Usage, when it says nothing else. */
  readonly type?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type Overrides = Partial<Omit<PlainUsage, 'body'>> & { readonly body?: Readonly<Record<string, unknown>> };

/** The worked example: gpt-4o, 12,345 input of which 10,000 cached, 678 output; 2.51425 cents. */
export function aPlainUsage(overrides: Overrides = {}): PlainUsage {
  return {
    id: 'evt_1',
    source: '/floopy/gateway/eu-1',
    time: '2026-11-01T10:00:00.000Z',
    ...overrides,
    body: {
      organization_id: 'org_acme',
      request_id: 'req_7Qd',
      origin: 'gateway',
      provider: 'openai',
      model: 'gpt-4o',
      outcome: 'succeeded',
      usage: { input_tokens: 12_345, cache_read_input_tokens: 10_000, output_tokens: 678 },
      ...overrides.body,
    },
  };
}

/** That an event of `org_acme` was a mistake, as a producer says it. */
export function aPlainVoid(voided: string, overrides: Overrides = {}): PlainUsage {
  return {
    id: `void_${voided}`,
    source: '/floopy/gateway/eu-1',
    time: '2026-11-01T11:00:00.000Z',
    type: 'ai.floopy.usage.voided.v1',
    ...overrides,
    body: {
      organization_id: 'org_acme',
      source: '/floopy/gateway/eu-1',
      id: voided,
      reason: 'sent by mistake',
      ...overrides.body,
    },
  };
}

/** The record of a usage event in binary mode. */
export function recordOf(usage: PlainUsage): Message {
  return {
    key: String(usage.body['organization_id']),
    value: JSON.stringify(usage.body),
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: usage.id,
      ce_source: usage.source,
      ce_type: usage.type ?? 'ai.floopy.usage.recorded.v1',
      ce_time: usage.time,
    },
  };
}

/** The same, as its bytes are kept. */
export function rawRecordOf(usage: PlainUsage): RawRecord {
  const { key, value, headers = {} } = recordOf(usage);
  return {
    key: Buffer.from(String(key)),
    value: Buffer.from(String(value)),
    headers: Object.entries(headers).map(([name, text]) => [name, Buffer.from(String(text))] as const),
  };
}

const APPENDED_AT = instantOfMilliseconds(Date.UTC(2026, 10, 2));

/** A usage event as a reader hands it to `ingestUsage`, decoded and recognisable. */
export function batchRecordOf(offset: number, usage: PlainUsage): BatchRecord {
  const { key, value, headers } = recordOf(usage);
  const bytes = { key: Buffer.from(String(key)), value: Buffer.from(String(value)) };
  const decoded = decodeUsageEvent({ ...bytes, headers, appendedAt: APPENDED_AT });
  return {
    offset,
    appendedAt: APPENDED_AT,
    identified: identifyUsage(offset, decoded, sha256),
    raw: () => ({ ...bytes, headers: [] }),
  };
}
