import { aCloudEvent, aStructuredRecord, aUsageBody, aUsageRecord } from '../../test/a-usage-record';
import { decodeBody, decodeUsageText, rejection } from '../../test/rejection';
import { decodeUsageEvent } from './decode-usage-event';
import { MAX_METADATA_BYTES, tokenCountsSchema } from './usage-event-schema';

describe('decodeUsageEvent, of the body,', () => {
  it.each(['organization_id', 'request_id', 'origin', 'provider', 'model', 'outcome', 'usage'])(
    'a body without %s',
    (field) => {
      expect(decodeUsageEvent(aUsageRecord({ body: aUsageBody({ [field]: undefined }) }))).toMatchObject({
        reason: 'invalid',
        faults: [{ pointer: `/data/${field}`, detail: 'is required' }],
      });
    },
  );

  it.each([
    ['request_id', ''],
    ['request_id', 7],
    ['origin', 'Gateway'],
    ['outcome', 'ok'],
    ['provider', 'open ai'],
    ['model', 'x'.repeat(129)],
    ['service_tier', 'turbo'],
    ['cache_hit', 'true'],
    ['credential', 'own'],
    ['team_id', null],
    ['user_id', '\uD800'],
    ['api_key_id', '\u0000'],
    ['prompt_id', ''],
    ['session_id', {}],
    ['attempt_id', 1],
    ['usage', []],
    ['usage', null],
    ['metadata', 'text'],
    ['metadata', []],
    ['metadata', null],
  ])('%s %p', (field, value) => {
    expect(decodeBody({ [field]: value })).toEqual({ reason: 'invalid', pointers: [`/data/${field}`] });
  });
});

describe('decodeUsageEvent, of token counts,', () => {
  const invalid = (...keys: string[]): object => ({
    reason: 'invalid',
    pointers: keys.map((key) => `/data/usage/${key}`),
  });

  it.each(['0', '1', '1000000000'])('takes %s', (spelling) => {
    expect(decodeUsageText(`{"input_tokens":${spelling},"output_tokens":0}`)).toBeNull();
  });

  it.each([
    '-1',
    '-0',
    '1.0',
    '1.5',
    '0.0',
    '1e3',
    '1E3',
    '1e0',
    '0e0',
    '-0.0',
    '1000000001',
    '9007199254740993',
    '1e400',
    '0.99999999999999999999',
    '1000000000.00000000001',
    '"1"',
    'null',
    'true',
    '[1]',
    '{}',
    '1e-400',
  ])('parks %s', (spelling) => {
    expect(decodeUsageText(`{"input_tokens": ${spelling} ,"output_tokens":0}`)).toEqual(invalid('input_tokens'));
    expect(
      decodeUsageText(`{"input_tokens":9,"output_tokens":1000000000,"reasoning_output_tokens":\n${spelling}}`),
    ).toEqual(invalid('reasoning_output_tokens'));
  });

  it('parks a bad spelling under an escaped name, or hidden by a doubled one', () => {
    expect(decodeUsageText('{"input_tokens":1,"output\\u005ftokens":1.0}')).toEqual(invalid('output_tokens'));
    expect(decodeUsageText('{"input_tokens":1.0,"input_tokens":1,"output_tokens":1}')).toEqual(invalid('input_tokens'));
  });

  it('does not take a text or another object for a badly spelled count', () => {
    const metadata = { usage: { input_tokens: 1.5 }, note: '"usage":{"input_tokens":1.0}', '\\': [{ a: -0.5 }] };
    const body = aUsageBody({ before: 1.5, metadata, provider: 'a:1.5', after: { usage: { output_tokens: 1e21 } } });
    expect(decodeUsageEvent(aUsageRecord({ body }))).toMatchObject({ type: 'usage' });
    const event = aCloudEvent({ usage: { input_tokens: 1.5 }, data: body });
    expect(decodeUsageEvent(aStructuredRecord(event))).toMatchObject({ type: 'usage' });
  });

  it('searches the spelling of every count that there is', () => {
    for (const count of Object.keys(tokenCountsSchema.shape)) {
      const usage = JSON.stringify({ input_tokens: 9, output_tokens: 9, [count]: 1 }).replace(':1', ':1.0');
      expect(decodeUsageText(usage)).toMatchObject(invalid(count));
    }
  });

  it('finds a badly spelled count in structured mode', () => {
    const value = JSON.stringify(aCloudEvent()).replace('678', '678.0');
    const record = aUsageRecord({ value, headers: { 'content-type': 'application/cloudevents+json' } });
    expect(rejection(decodeUsageEvent(record))).toEqual(invalid('output_tokens'));
  });

  it('parks a key that it does not know, since it may be money', () => {
    expect(decodeUsageText('{"input_tokens":1,"output_tokens":1,"image_tokens":0,"a/b~c":1,"\\u0000é":2}')).toEqual(
      invalid('image_tokens', 'a~1b~0c', '\\u{0}\\u{e9}'),
    );
    expect(decodeUsageText('{"input_tokens":1,"output_tokens":1,"__proto__":1}')).toEqual(invalid('__proto__'));
    expect(decodeUsageText('{"input_tokens":1,"output_tokens":1,"constructor":1}')).toEqual(invalid('constructor'));
  });

  it('parks subsets that together exceed their total', () => {
    const usage = '"cache_read_input_tokens":3,"input_audio_tokens":3,"reasoning_output_tokens":2';
    expect(decodeUsageText(`{"input_tokens":6,"output_tokens":2,${usage}}`)).toBeNull();
    expect(decodeUsageText(`{"input_tokens":5,"output_tokens":2,${usage}}`)).toEqual(invalid('input_tokens'));
    expect(decodeUsageText(`{"input_tokens":6,"output_tokens":1,${usage}}`)).toEqual(invalid('output_tokens'));
    const body = aUsageBody({ origin: 'x', usage: { input_tokens: 1, cache_read_input_tokens: 2, output_tokens: 0 } });
    expect(rejection(decodeUsageEvent(aUsageRecord({ body })))).toEqual({
      reason: 'invalid',
      pointers: ['/data/origin', '/data/usage/input_tokens'],
    });
  });
});

describe('decodeUsageEvent, of metadata,', () => {
  it('keeps compact JSON up to its limit', () => {
    const filler = MAX_METADATA_BYTES - '{"a":""}'.length;
    expect(decodeBody({ metadata: { a: 'x'.repeat(filler) } })).toBeNull();
    expect(decodeBody({ metadata: { a: 'x'.repeat(filler + 1) } })).toEqual({
      reason: 'invalid',
      pointers: ['/data/metadata'],
    });
    expect(decodeBody({ metadata: { a: 'é'.repeat(filler / 2 + 1) } })).toMatchObject({ reason: 'invalid' });
  });

  it('parks nesting that no call stack could write again', () => {
    const depth = 30_000;
    const value = JSON.stringify(aUsageBody({ metadata: '@' })).replace(
      '"@"',
      `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`,
    );
    expect(rejection(decodeUsageEvent(aUsageRecord({ value })))).toEqual({
      reason: 'invalid',
      pointers: ['/data/metadata'],
    });
  });
});
