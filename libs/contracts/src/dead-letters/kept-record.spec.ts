import * as fc from 'fast-check';
import {
  APPENDED_AT,
  aCloudEvent,
  aStructuredRecord,
  aUsageBody,
  aUsageEvent,
  aUsageRecord,
} from '../../test/a-usage-record';
import { decodeUsageEvent } from '../usage/decode-usage-event';
import type { UsageRecord } from '../usage/usage-record';
import { cloudEventOf, decodeKeptRecord, encodeCorrection, type KeptRecord } from './kept-record';

type Pairs = KeptRecord['headers'];

/** Headers as the Kafka client folds them: a name that comes again has an array, whatever its values are. */
function asRead(pairs: Pairs): UsageRecord['headers'] {
  const folded: Record<string, unknown> = {};
  for (const [name, value] of pairs) {
    const known = folded[name];
    if (known === undefined) folded[name] = value;
    else folded[name] = Array.isArray(known) ? [...(known as unknown[]), value] : [known, value];
  }
  return folded as UsageRecord['headers'];
}

/** A record as it is kept: its headers one after the other. */
function kept({ key, value, headers = {} }: UsageRecord): KeptRecord & { appendedAt: typeof APPENDED_AT } {
  const pairs = Object.entries(headers).flatMap(([name, values]) =>
    [values ?? null].flat().map((one) => [name, one === null ? null : Buffer.from(one)] as const),
  );
  return { key, value, headers: pairs, appendedAt: APPENDED_AT };
}

const NAMES = ['ce_id', 'ce_source', 'ce_type', 'ce_time', 'ce_specversion', 'content-type', 'x-other'];
const values = fc.option(
  fc.oneof(fc.constantFrom('1.0', 'evt_1', '/a'), fc.string()).map((text) => Buffer.from(text)),
  {
    nil: null,
  },
);
const pairs: fc.Arbitrary<Pairs> = fc.array(fc.tuple(fc.constantFrom(...NAMES), values), { maxLength: 8 });
const bodies = fc.option(fc.oneof(fc.json(), fc.constant(JSON.stringify(aUsageBody()))), { nil: null });

describe('decodeKeptRecord', () => {
  it('makes of a kept record what was made of it when it arrived, headers that are repeated or null included', () => {
    fc.assert(
      fc.property(bodies, pairs, (body, headers) => {
        const value = body === null ? null : Buffer.from(body);
        const record = { key: Buffer.from('org_acme'), value, headers, appendedAt: APPENDED_AT };
        expect(decodeKeptRecord(record)).toEqual(decodeUsageEvent({ ...record, headers: asRead(headers) }));
      }),
      { numRuns: 300 },
    );
  });

  it('reads what is well in either mode', () => {
    for (const record of [aUsageRecord(), aStructuredRecord()]) {
      expect(decodeKeptRecord(kept(record))).toEqual({ type: 'usage', event: aUsageEvent() });
    }
  });

  it('judges the time of an event by when it arrived, and not by when it is looked at', () => {
    const ahead = aUsageRecord({ headers: { ce_time: '2026-11-23T11:00:00.000Z' } });
    expect(decodeKeptRecord(kept(ahead))).toMatchObject({ type: 'rejected', reason: 'too_far_in_future' });
  });
});

describe('cloudEventOf', () => {
  it('says in one event what a record says in either mode', () => {
    const { datacontenttype: _, ...event } = aCloudEvent();
    expect(cloudEventOf(kept(aUsageRecord()))).toEqual(event);
    expect(cloudEventOf(kept(aStructuredRecord()))).toEqual(event);
  });

  it('says what is wrong as it is wrong, and leaves out what is missing', () => {
    const record = aUsageRecord({ body: { model: 7 }, headers: { ce_id: undefined } });
    expect(cloudEventOf(kept(record))).toEqual({ ...aCloudEventWithout('id'), data: { model: 7 } });
  });

  it('says nothing of what cannot be read', () => {
    expect(cloudEventOf(kept(aUsageRecord({ value: '{' })))).toBeNull();
    expect(cloudEventOf(kept(aUsageRecord({ value: null })))).toBeNull();
  });
});

function aCloudEventWithout(attribute: string): object {
  return Object.fromEntries(
    Object.entries(aCloudEvent()).filter(([name]) => name !== attribute && name !== 'datacontenttype'),
  );
}

describe('encodeCorrection', () => {
  it('writes a record that is read as the event says, with what every event has in common filled in', () => {
    const { specversion: _, type: __, datacontenttype: ___, ...event } = aCloudEvent();
    const record = encodeCorrection(event, null);
    expect(decodeKeptRecord({ ...record, appendedAt: APPENDED_AT })).toEqual({ type: 'usage', event: aUsageEvent() });
  });

  it('writes it under another identity where one is given', () => {
    const identity = { source: '/floopy/operator/ada', id: 'dead-letter-7' };
    const record = encodeCorrection(aCloudEvent(), identity);
    const event = aUsageEvent(identity);
    expect(decodeKeptRecord({ ...record, appendedAt: APPENDED_AT })).toEqual({ type: 'usage', event });
  });

  it.each([{}, { data: null }, { data: { organization_id: 7 } }])('leaves it to decoding to refuse %j', (event) => {
    const decoded = decodeKeptRecord({ ...encodeCorrection(event, null), appendedAt: APPENDED_AT });
    expect(decoded).toMatchObject({ type: 'rejected', reason: 'invalid' });
  });
});
