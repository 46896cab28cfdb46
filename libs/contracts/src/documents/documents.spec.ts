import { Parser } from '@asyncapi/parser';
import { createHash } from 'node:crypto';
import { assert, contentDigest, hashLedgerEvent, instantOfMilliseconds } from '@floopy/domain';
import Ajv2020 from 'ajv/dist/2020';
import { alertMessageSchema } from '../alerts/alert-message-schema';
import { balanceMessageSchema } from '../balance/balance-message-schema';
import { decodeLedgerMessage } from '../ledger/decode-ledger-message';
import { TOPICS } from '../topics/topics';
import { decodeUsageEvent } from '../usage/decode-usage-event';
import { asyncApiDocument } from './async-api-document';
import {
  ALERT_MESSAGE_EXAMPLE,
  BALANCE_MESSAGE_EXAMPLE,
  LEDGER_MESSAGE_EXAMPLE,
  USAGE_CLOUD_EVENT_EXAMPLE,
  USAGE_EVENT_EXAMPLE,
  USAGE_HEADERS_EXAMPLE,
} from './examples';
import { jsonSchemas } from './json-schemas';

const key = Buffer.from('org_acme');
const appendedAt = instantOfMilliseconds(Date.UTC(2026, 11, 1));

/** Errors and warnings; the rest is advice. */
const WEIGHTY = new Set<number>([0, 1]);

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function jsonBytes(json: object): Buffer {
  return Buffer.from(JSON.stringify(json));
}

describe('jsonSchemas', () => {
  const schemas = jsonSchemas();

  it('are valid, strict and self-contained JSON Schemas, each under a name of its own', () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, allowUnionTypes: true });
    for (const schema of Object.values(schemas)) expect(ajv.validateSchema(schema)).toBe(true);
    const compiled = Object.values(schemas).map((schema) => ajv.compile(schema));
    expect(new Set(Object.values(schemas).map((schema) => schema['$id'])).size).toBe(compiled.length);
  });

  it('are open to fields of later versions, except under the usage of an event, and in what is asked of us', () => {
    const closed = JSON.stringify(schemas).match(/"additionalProperties":false/g) ?? [];
    expect(closed).toHaveLength(6);
    expect(schemas.usage_event).toMatchObject({ properties: { usage: { additionalProperties: false } } });
  });

  it.each([
    ['usage_event', USAGE_EVENT_EXAMPLE],
    ['usage_cloud_event', USAGE_CLOUD_EVENT_EXAMPLE],
    ['ledger_message', LEDGER_MESSAGE_EXAMPLE],
    ['balance_message', BALANCE_MESSAGE_EXAMPLE],
    ['alert_message', ALERT_MESSAGE_EXAMPLE],
  ] as const)('take the example of %s', (name, example) => {
    expect(new Ajv2020().validate(schemas[name], example)).toBe(true);
  });
});

describe('the examples of the documents', () => {
  it('are what the decoders read', () => {
    const binary = { key, value: jsonBytes(USAGE_EVENT_EXAMPLE), headers: USAGE_HEADERS_EXAMPLE, appendedAt };
    const structured = {
      key,
      value: jsonBytes(USAGE_CLOUD_EVENT_EXAMPLE),
      headers: { 'content-type': 'application/cloudevents+json' },
      appendedAt,
    };
    expect(decodeUsageEvent(binary)).toMatchObject({ type: 'usage', event: { tokens: { input: 12345 } } });
    expect(decodeUsageEvent(structured)).toEqual(decodeUsageEvent(binary));
    expect(decodeLedgerMessage(jsonBytes(LEDGER_MESSAGE_EXAMPLE))).toMatchObject({ type: 'ledger_event' });
    expect(balanceMessageSchema.parse(BALANCE_MESSAGE_EXAMPLE)).toEqual(BALANCE_MESSAGE_EXAMPLE);
    expect(alertMessageSchema.parse(ALERT_MESSAGE_EXAMPLE)).toEqual(ALERT_MESSAGE_EXAMPLE);
  });
});

describe('the example of a ledger message', () => {
  it('is the usage event of the examples, charged, and its hash is right', () => {
    const binary = { key, value: jsonBytes(USAGE_EVENT_EXAMPLE), headers: USAGE_HEADERS_EXAMPLE, appendedAt };
    const usage = decodeUsageEvent(binary);
    const ledger = decodeLedgerMessage(jsonBytes(LEDGER_MESSAGE_EXAMPLE));
    assert(usage.type === 'usage' && ledger.type === 'ledger_event', 'both examples are read');
    expect(ledger.event.usage?.contentDigest).toBe(contentDigest(usage.event, sha256));
    expect(ledger.event.hash).toBe(hashLedgerEvent(ledger.event, ledger.previousHash, sha256));
  });
});

describe('asyncApiDocument', () => {
  it('is a valid AsyncAPI 3 document without a warning of weight', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApiDocument()));
    expect(diagnostics.filter(({ severity }) => WEIGHTY.has(severity))).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
    const addresses = document
      ?.channels()
      .all()
      .map((channel) => channel.address());
    expect(addresses).toEqual([
      TOPICS.usageRecorded.name,
      TOPICS.usageDeadLetter.name,
      TOPICS.billingLedger.name,
      TOPICS.billingBalance.name,
      TOPICS.billingAlerts.name,
    ]);
  });
});
