import { DEAD_LETTER_REASONS, LATEST_INSTANT } from '@floopy/domain';
import * as fc from 'fast-check';
import { usageEvents } from '../../test/arbitraries';
import { APPENDED_AT, aUsageRecord } from '../../test/a-usage-record';
import { replaceOne } from '../../test/replace-one';
import { type DecodedUsage, decodeUsageEvent, MAX_USAGE_EVENT_BYTES } from './decode-usage-event';
import { encodeUsageEvent } from './encode-usage-event';
import type { HeaderValue, RecordHeaders, UsageRecord } from './usage-record';

const modes = fc.constantFrom('binary' as const, 'structured' as const);

/** Ends in usage or a void, or in a known reason with at least one fault; and either can be stored and shown anywhere. */
function expectTotal(decoded: DecodedUsage): void {
  const isRead = decoded.type !== 'rejected';
  const faults = isRead ? [] : decoded.faults;
  const names = isRead
    ? [decoded.event.organizationId, decoded.event.source, decoded.event.id]
    : [decoded.organizationId ?? '-', decoded.source ?? '-', decoded.eventId ?? '-'];
  expect(isRead || DEAD_LETTER_REASONS.includes(decoded.reason)).toBe(true);
  expect(faults.length > 0).toBe(!isRead);
  expect(names.filter((name) => !/^[!-~]{1,128}$/.test(name))).toEqual([]);
  expect(faults.filter(({ pointer }) => !/^(?:\/[ -~…]*)*$/.test(pointer))).toEqual([]);
}

function wellFormed(record: ReturnType<typeof encodeUsageEvent>): UsageRecord {
  return { ...record, appendedAt: LATEST_INSTANT };
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const someText = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom('1.0', 'null', '', '\uD800'));
const headerValue: fc.Arbitrary<HeaderValue> = fc.oneof(bytes, someText);
const headerName = fc.oneof(
  fc.constantFrom(
    'ce_id',
    'ce_source',
    'ce_type',
    'ce_time',
    'ce_specversion',
    'content-type',
    '__proto__',
    'toString',
  ),
  fc.string(),
);
const anyHeader = fc.oneof(headerValue, fc.array(headerValue, { maxLength: 3 }), fc.constant(undefined));
const anyHeaders: fc.Arbitrary<RecordHeaders | undefined> = fc.option(fc.dictionary(headerName, anyHeader), {
  nil: undefined,
});
const contentTypes = fc.constantFrom('application/json', 'application/cloudevents+json', 'application/cloudevents');

describe('a usage event', () => {
  it('is read as it was written, in either mode', () => {
    fc.assert(
      fc.property(usageEvents, modes, (event, mode) => {
        expect(decodeUsageEvent(wellFormed(encodeUsageEvent(event, mode)))).toEqual({ type: 'usage', event });
      }),
      { numRuns: 500 },
    );
  });

  it('is the same with its fields in any order, with white space, and with fields that nobody knows', () => {
    const spaces = fc.constantFrom(' ', '\n\t', '\r\n  ');
    const unknown = fc.dictionary(
      fc.string({ minLength: 1 }).map((key) => `x_${key}`),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(usageEvents, unknown, spaces, fc.nat(), (event, extra, space, turn) => {
        const record = wellFormed(encodeUsageEvent(event));
        const entries = Object.entries({ ...(JSON.parse(record.value!.toString()) as object), ...extra });
        const turned = [...entries.slice(turn % entries.length), ...entries.slice(0, turn % entries.length)];
        const value = Buffer.from(JSON.stringify(Object.fromEntries(turned), null, space));
        fc.pre(value.length < MAX_USAGE_EVENT_BYTES / 2);
        expect(decodeUsageEvent({ ...record, value })).toEqual({ type: 'usage', event });
      }),
    );
  });
});

describe('decodeUsageEvent is total', () => {
  it('over any key, value and headers', () => {
    fc.assert(
      fc.property(fc.option(bytes), fc.option(bytes), anyHeaders, (key, value, headers) => {
        expectTotal(decodeUsageEvent({ key, value, headers, appendedAt: APPENDED_AT }));
      }),
      { numRuns: 2_000 },
    );
  });

  it('over any JSON, in either mode', () => {
    const json = fc.oneof(
      fc.json(),
      fc.json({ maxDepth: 12 }),
      fc.jsonValue().map((data) => JSON.stringify({ data })),
    );
    fc.assert(
      fc.property(json, contentTypes, (value, contentType) => {
        expectTotal(decodeUsageEvent(aUsageRecord({ value, headers: { 'content-type': contentType } })));
      }),
      { numRuns: 1_000 },
    );
  });

  it('over events of which bytes were overwritten, removed or put in', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 2 }), fc.uint8Array({ maxLength: 4 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(usageEvents, modes, edits, (event, mode, changes) => {
        const record = wellFormed(encodeUsageEvent(event, mode));
        let value = Buffer.from(record.value!);
        for (const [place, removed, put] of changes) {
          const at = place % (value.length + 1);
          value = Buffer.concat([value.subarray(0, at), put, value.subarray(at + removed)]);
        }
        expectTotal(decodeUsageEvent({ ...record, value }));
      }),
      { numRuns: 2_000 },
    );
  });

  it('over events of which one field was removed or replaced by anything', () => {
    const replacements = fc.oneof(
      fc.jsonValue(),
      fc.double(),
      fc.constantFrom(-0, 1e21, 2 ** 53, -1, 0.5, '', '\u0000', '\uDFFF', undefined),
    );
    fc.assert(
      fc.property(usageEvents, modes, fc.nat(), replacements, (event, mode, place, replacement) => {
        const record = wellFormed(encodeUsageEvent(event, mode));
        const spoilt = replaceOne(JSON.parse(record.value!.toString()), place, replacement);
        expectTotal(decodeUsageEvent({ ...record, value: Buffer.from(JSON.stringify(spoilt) ?? '') }));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('decodeUsageEvent takes time in proportion to its record', () => {
  const filled = (start: string, unit: string, end: string): string =>
    start + unit.repeat(Math.floor((60_000 - start.length - end.length) / unit.length)) + end;
  const nested = (open: string, close: string): string => open.repeat(7_500) + '1' + close.repeat(7_500);

  it.each([
    ['escapes', filled('{"a":"', '\\\\', '"}')],
    ['names like counts', filled('{"a":"', '_tokens\\":', '"}')],
    ['spaces after a name', filled('{"x_tokens"', ' ', ':1}')],
    ['digits', filled('{"usage":{"x_tokens":', '1', '.0}}')],
    ['badly spelled counts', filled('{"usage":{', '"x_tokens":1.0,', '"y":1}}')],
    ['unknown counts', `{"usage":{${Array.from({ length: 4_000 }, (_, index) => `"k${index}":0`).join(',')}}}`],
    ['nested arrays', `{"usage":${nested('[', ']')}}`],
    ['nested objects', `{"usage":${nested('{"a":', '}')},"input_tokens":-0}`],
    ['one long identifier', filled('{"organization_id":"', 'x', '"}')],
    ['percent signs', filled('{"source":"', '%', '"}')],
  ])('filled with %s', (_title, value) => {
    const record = aUsageRecord({ value });
    const structured = aUsageRecord({
      value: `{"data":${value}}`,
      headers: { 'content-type': 'application/cloudevents+json' },
    });
    const start = performance.now();
    expectTotal(decodeUsageEvent(record));
    expectTotal(decodeUsageEvent(structured));
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
