import { instantOfMilliseconds, MAX_CLOCK_AHEAD_MS } from '@floopy/domain';
import { APPENDED_AT, aStructuredRecord, aUsageBody, aUsageEvent, aUsageRecord } from '../../test/a-usage-record';
import { decodeHeaders, rejection } from '../../test/rejection';
import { type DecodedUsage, decodeUsageEvent, MAX_USAGE_EVENT_BYTES } from './decode-usage-event';
import { MAX_FAULTS } from '../wire/wire-fault';
import { recordBytes } from './usage-record';

const EVERYTHING = {
  service_tier: 'batch',
  cache_hit: true,
  credential: 'byok',
  usage: {
    input_tokens: 1_000_000_000,
    cache_read_input_tokens: 1,
    cache_creation_5m_input_tokens: 2,
    cache_creation_1h_input_tokens: 3,
    input_audio_tokens: 4,
    cache_read_input_audio_tokens: 5,
    output_tokens: 13,
    reasoning_output_tokens: 6,
    output_audio_tokens: 7,
  },
  team_id: 'team_search',
  user_id: 'usr_1',
  api_key_id: 'key_1',
  prompt_id: 'prm_faq',
  session_id: 'ses_1',
  attempt_id: 'att_1',
  metadata: { feature: 'faq' },
};

describe('decodeUsageEvent', () => {
  it('fills in the defaults of everything optional', () => {
    expect(decodeUsageEvent(aUsageRecord())).toEqual({ type: 'usage', event: aUsageEvent() });
  });

  it('reads every field that is stated', () => {
    const event = aUsageEvent({
      serviceTier: 'batch',
      cacheHit: true,
      credential: 'byok',
      tokens: {
        input: 1_000_000_000,
        cacheReadInput: 1,
        cacheCreation5mInput: 2,
        cacheCreation1hInput: 3,
        inputAudio: 4,
        cacheReadInputAudio: 5,
        output: 13,
        reasoningOutput: 6,
        outputAudio: 7,
      },
      teamId: 'team_search',
      userId: 'usr_1',
      apiKeyId: 'key_1',
      promptId: 'prm_faq',
      sessionId: 'ses_1',
      attemptId: 'att_1',
      metadata: '{"feature":"faq"}',
    });
    expect(decodeUsageEvent(aUsageRecord({ body: aUsageBody(EVERYTHING) }))).toEqual({ type: 'usage', event });
    expect(decodeUsageEvent(aStructuredRecord({ data: aUsageBody(EVERYTHING) }))).toEqual({ type: 'usage', event });
  });

  it('ignores fields, attributes and headers that it does not know', () => {
    const body = aUsageBody({
      latency_ms: 12.5,
      ['__proto__']: { model: 'x' },
      deep: [[{ usage: { input_tokens: 1.5 } }]],
    });
    const record = aUsageRecord({ body, headers: { traceparent: Buffer.from([0xff]), ce_extra: ['a', 'b'] } });
    expect(decodeUsageEvent(record)).toEqual({ type: 'usage', event: aUsageEvent() });
    expect(decodeUsageEvent(aStructuredRecord({ extra: 1.5 }))).toEqual({ type: 'usage', event: aUsageEvent() });
  });

  it('takes header values as they are, since Kafka escapes nothing', () => {
    expect(decodeHeaders({ ce_source: Buffer.from('/a%20b'), ce_id: '%41' })).toMatchObject({
      event: { source: '/a%20b', id: '%41' },
    });
  });
});

describe('decodeUsageEvent parks as oversized', () => {
  it('one byte more than the limit, headers included', () => {
    const filler = MAX_USAGE_EVENT_BYTES - recordBytes(aUsageRecord({ headers: { filler: '' } }));
    const largest = aUsageRecord({ headers: { filler: 'x'.repeat(filler) } });
    const larger = aUsageRecord({ headers: { filler: ['x'.repeat(filler), Buffer.from('x')] } });
    expect(decodeUsageEvent(largest).type).toBe('usage');
    expect(decodeUsageEvent(larger)).toMatchObject({
      reason: 'oversized',
      organizationId: 'org_acme',
      source: '/floopy/gateway/eu-1',
      eventId: 'evt_1',
    });
  });
});

describe('decodeUsageEvent, of the key,', () => {
  it.each([['org_b'], ['org_acme '], [''], [null]])('parks %p under another organization as key_mismatch', (key) => {
    expect(decodeUsageEvent(aUsageRecord({ key }))).toMatchObject({
      reason: 'key_mismatch',
      faults: [{ pointer: '/partitionkey' }],
      organizationId: 'org_acme',
    });
  });
});

describe('decodeUsageEvent, of the time,', () => {
  it('takes a clock that runs ahead by exactly the limit, and parks one millisecond more', () => {
    const limit = instantOfMilliseconds(APPENDED_AT + MAX_CLOCK_AHEAD_MS);
    const ahead = (milliseconds: number): DecodedUsage =>
      decodeHeaders({ ce_time: new Date(limit + milliseconds).toISOString() });
    expect(ahead(0)).toMatchObject({ event: { occurredAt: limit } });
    expect(rejection(ahead(1))).toEqual({ reason: 'too_far_in_future', pointers: ['/time'] });
    expect(rejection(decodeHeaders({ ce_time: '9999-12-31T23:59:59.999Z' }))).toMatchObject({
      reason: 'too_far_in_future',
    });
  });

  it('reads any offset as the same moment', () => {
    expect(decodeHeaders({ ce_time: '2026-11-23T12:00:00.123999+02:00' })).toEqual({
      type: 'usage',
      event: aUsageEvent(),
    });
  });
});

describe('decodeUsageEvent, of a rejected record,', () => {
  it('names everything that is wrong at once', () => {
    const body = { ...aUsageBody({ usage: { input_tokens: -1, output_tokens: 'x', tokens: 1 } }), team_id: '' };
    const decoded = decodeUsageEvent(
      aUsageRecord({ body, key: 'org_b', headers: { ce_id: undefined, ce_time: '2026-11-24T00:00:00Z' } }),
    );
    expect(rejection(decoded)).toEqual({
      reason: 'invalid',
      pointers: [
        '/id',
        '/data/usage/input_tokens',
        '/data/usage/output_tokens',
        '/data/usage/tokens',
        '/data/team_id',
        '/partitionkey',
        '/time',
      ],
    });
    expect(decoded).toMatchObject({ organizationId: 'org_acme', source: '/floopy/gateway/eu-1', eventId: null });
  });

  it('takes the organization from the key when the body names none', () => {
    expect(decodeUsageEvent(aUsageRecord({ value: '{' }))).toMatchObject({ organizationId: 'org_acme' });
    expect(decodeUsageEvent(aUsageRecord({ value: '{', key: 'no id' }))).toMatchObject({ organizationId: null });
    expect(decodeUsageEvent(aUsageRecord({ value: '{', key: null }))).toMatchObject({ organizationId: null });
  });

  it('names a bounded number of faults, and says how many more there are', () => {
    const usage = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, 0]));
    const decoded = decodeUsageEvent(aUsageRecord({ body: aUsageBody({ usage }) }));
    const faults = decoded.type === 'rejected' ? decoded.faults : [];
    expect(faults).toHaveLength(MAX_FAULTS);
    expect(faults.at(-1)).toEqual({ pointer: '', detail: `has ${1_002 - MAX_FAULTS + 1} more faults` });
  });
});
