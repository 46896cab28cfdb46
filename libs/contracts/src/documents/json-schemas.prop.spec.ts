import Ajv2020 from 'ajv/dist/2020';
import * as fc from 'fast-check';
import { usageEvents } from '../../test/arbitraries';
import { replaceOne } from '../../test/replace-one';
import { LATEST_INSTANT } from '@floopy/domain';
import { decodeUsageEvent, type UsageFault } from '../usage/decode-usage-event';
import { encodeUsageEvent } from '../usage/encode-usage-event';
import { jsonSchemas } from './json-schemas';

const ajv = new Ajv2020();
const { usage_event, usage_cloud_event } = jsonSchemas();
const isUsageEvent = ajv.compile(usage_event);
const isUsageCloudEvent = ajv.compile(usage_cloud_event);

/** What a schema cannot say: sums, sizes, the days of a month, and that the key repeats the organization. */
const BEYOND_A_SCHEMA = [
  /^must be at least the sum of its subsets$/,
  /^must take at most \d+ bytes$/,
  /^must be an RFC 3339 time/,
  /^must be the organization_id, as the key of the record$/,
];

function isBeyondASchema({ detail }: UsageFault): boolean {
  return BEYOND_A_SCHEMA.some((rule) => rule.test(detail));
}

/** Values near the limits of every rule. */
const replacements = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom(1_000_000_000, 1_000_000_001, 0.5, 1e21, '', 'x'.repeat(128), 'x'.repeat(129), 'a b', 'é', undefined),
  fc.constantFrom('gateway', 'playground', 'blocked', 'batch', 'byok', true, false, null, [], {}),
  fc.constantFrom(
    '2026-02-30T00:00:00Z',
    '2026-02-28t00:00:00.1+23:59',
    '1969-12-31T23:59:59Z',
    '2026-13-01T00:00:00Z',
  ),
  fc.constantFrom('1.0', '0.3', '/a%20b', '/a%2', '/a b', 'ai.floopy.usage.recorded.v1'),
);

describe('the JSON Schema of a usage event', () => {
  it.each([
    ['binary' as const, isUsageEvent],
    ['structured' as const, isUsageCloudEvent],
  ])('judges a %s event as the decoder does, as far as a schema can say it', (mode, isValid) => {
    const sent = fc.record({ event: usageEvents, spoilt: fc.boolean(), place: fc.nat(), replacement: replacements });
    fc.assert(
      fc.property(sent, ({ event, spoilt, place, replacement }) => {
        const record = encodeUsageEvent(event, mode);
        const json = JSON.parse(record.value.toString()) as unknown;
        const text = JSON.stringify(spoilt ? replaceOne(json, place, replacement) : json);
        const decoded = decodeUsageEvent({ ...record, value: Buffer.from(text), appendedAt: LATEST_INSTANT });
        const faults = decoded.type !== 'rejected' ? [] : decoded.faults;
        expect(isValid(JSON.parse(text)) ? faults.every(isBeyondASchema) : decoded.type === 'rejected').toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses what the decoder parks as money that it does not know', () => {
    fc.assert(
      fc.property(usageEvents, fc.string(), fc.jsonValue(), (event, name, value) => {
        const record = encodeUsageEvent(event);
        const body = JSON.parse(record.value.toString()) as { usage: object };
        fc.pre(!(name in body.usage) && !name.endsWith('_tokens'));
        const usage = Object.fromEntries([...Object.entries(body.usage), [name, value]]);
        const spoilt = { ...body, usage };
        const bytes = Buffer.from(JSON.stringify(spoilt));
        expect(isUsageEvent(spoilt)).toBe(false);
        expect(decodeUsageEvent({ ...record, value: bytes, appendedAt: LATEST_INSTANT })).toMatchObject({
          reason: 'invalid',
        });
      }),
    );
  });
});
