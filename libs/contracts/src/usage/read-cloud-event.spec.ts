import { aStructuredRecord, aUsageBody, aUsageRecord } from '../../test/a-usage-record';
import { decodeHeaders, rejection } from '../../test/rejection';
import { decodeUsageEvent } from './decode-usage-event';

describe('decodeUsageEvent parks as undecodable', () => {
  it.each([
    ['a null value', null],
    ['an empty value', ''],
    ['text that is no JSON', '{"organization_id":'],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])],
    ['a byte order mark', '\uFEFF{}'],
  ])('%s', (_title, value) => {
    expect(rejection(decodeUsageEvent(aUsageRecord({ value })))).toEqual({
      reason: 'undecodable',
      pointers: ['/data'],
    });
    const structured = { 'content-type': 'application/cloudevents+json' };
    expect(rejection(decodeUsageEvent(aUsageRecord({ value, headers: structured })))).toEqual({
      reason: 'undecodable',
      pointers: [''],
    });
  });

  it.each(['[]', '"text"', 'null', '1'])('a structured event that is %s', (value) => {
    const record = aUsageRecord({ value, headers: { 'content-type': 'Application/CloudEvents+JSON' } });
    expect(rejection(decodeUsageEvent(record))).toEqual({ reason: 'undecodable', pointers: [''] });
  });

  it.each([
    ['application/cloudevents+avro', ''],
    ['application/cloudevents-batch+json', ''],
    ['application/cloudevents', ''],
    ['application/avro', '/datacontenttype'],
    ['', '/datacontenttype'],
  ])('the content type %p', (contentType, pointer) => {
    expect(rejection(decodeHeaders({ 'content-type': contentType }))).toEqual({
      reason: 'undecodable',
      pointers: [pointer],
    });
  });

  it('a content type that is stated twice', () => {
    expect(rejection(decodeHeaders({ 'content-type': ['application/json', 'application/json'] }))).toMatchObject({
      reason: 'undecodable',
    });
  });

  it('and takes any JSON media type, or none, as binary mode', () => {
    for (const contentType of [
      undefined,
      'application/json; charset=utf-8',
      'application/vnd.acme+json',
      'TEXT/JSON',
    ]) {
      expect(decodeHeaders({ 'content-type': contentType }).type).toBe('usage');
    }
  });
});

describe('decodeUsageEvent parks as unsupported_type', () => {
  it('another major, whatever its body looks like', () => {
    const record = aUsageRecord({ value: 'not ours', headers: { ce_type: 'ai.floopy.usage.recorded.v2' } });
    expect(decodeUsageEvent(record)).toEqual({
      type: 'rejected',
      reason: 'unsupported_type',
      faults: [{ pointer: '/type', detail: 'must be ai.floopy.usage.recorded.v1 or ai.floopy.usage.voided.v1' }],
      organizationId: 'org_acme',
      source: '/floopy/gateway/eu-1',
      eventId: 'evt_1',
    });
    const structured = aStructuredRecord({ type: 'com.example.other', data: { organization_id: 'org_b' } });
    expect(decodeUsageEvent(structured)).toMatchObject({ reason: 'unsupported_type', organizationId: 'org_b' });
  });
});

describe('decodeUsageEvent parks as invalid', () => {
  it('an event without its attributes, naming each', () => {
    const pointers = ['/specversion', '/id', '/source', '/type', '/time'];
    const nothing = { ce_specversion: undefined, ce_id: undefined, ce_source: undefined, ce_type: undefined };
    expect(rejection(decodeHeaders({ ...nothing, ce_time: undefined }))).toEqual({ reason: 'invalid', pointers });
    const bare = { ...aUsageRecord(), value: Buffer.from(JSON.stringify({ data: aUsageBody() })) };
    const record = { ...bare, headers: { 'content-type': 'application/cloudevents+json' } };
    expect(rejection(decodeUsageEvent(record))).toEqual({ reason: 'invalid', pointers });
  });

  it('an attribute that is stated twice, even with the same value', () => {
    expect(decodeHeaders({ ce_id: ['evt_1', 'evt_1'] })).toMatchObject({
      reason: 'invalid',
      faults: [{ pointer: '/id', detail: 'is stated more than once' }],
      eventId: null,
    });
  });

  it('a header name in capitals, which is another header', () => {
    expect(rejection(decodeHeaders({ ce_id: undefined, CE_ID: 'evt_1' }))).toEqual({
      reason: 'invalid',
      pointers: ['/id'],
    });
  });

  it.each([
    ['ce_specversion', '0.3', '/specversion'],
    ['ce_id', '', '/id'],
    ['ce_id', 'a b', '/id'],
    ['ce_id', 'é', '/id'],
    ['ce_id', Buffer.from([0xff]), '/id'],
    ['ce_id', 'x'.repeat(129), '/id'],
    ['ce_source', 'a b', '/source'],
    ['ce_source', '%zz', '/source'],
    ['ce_source', '/a\\b', '/source'],
    ['ce_source', `/${'x'.repeat(128)}`, '/source'],
    ['ce_time', 'yesterday', '/time'],
    ['ce_time', '2026-02-30T00:00:00Z', '/time'],
    ['ce_time', '2026-11-23T10:00:00', '/time'],
    ['ce_time', '1969-12-31T23:59:59.999Z', '/time'],
    ['ce_time', '0000-01-01T00:00:00Z', '/time'],
    ['ce_time', '+010000-01-01T00:00:00Z', '/time'],
    ['ce_time', '1970-01-01T00:00:00+00:01', '/time'],
  ])('%s %p', (header, value, pointer) => {
    expect(rejection(decodeHeaders({ [header]: value }))).toEqual({ reason: 'invalid', pointers: [pointer] });
  });

  it.each([
    ['specversion', 1, '/specversion'],
    ['id', 7, '/id'],
    ['id', null, '/id'],
    ['source', ['/a'], '/source'],
    ['type', null, '/type'],
    ['time', 1_763_892_000, '/time'],
    ['data', undefined, '/data'],
    ['data', 'e30=', '/data'],
    ['data', [], '/data'],
  ])('a structured event whose %s is %p', (attribute, value, pointer) => {
    expect(rejection(decodeUsageEvent(aStructuredRecord({ [attribute]: value })))).toMatchObject({
      reason: 'invalid',
      pointers: [pointer],
    });
  });
});
