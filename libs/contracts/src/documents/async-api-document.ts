import { z } from 'zod';
import { ALERT_MESSAGE_TYPE, alertMessageSchema } from '../alerts/alert-message-schema';
import { BALANCE_MESSAGE_TYPE, balanceMessageSchema } from '../balance/balance-message-schema';
import { deadLetterHeadersSchema } from '../dead-letters/dead-letter-headers-schema';
import { LEDGER_MESSAGE_TYPE, ledgerMessageSchema } from '../ledger/ledger-message-schema';
import { type TopicDeclaration, TOPICS } from '../topics/topics';
import { STRUCTURED_MEDIA_TYPE } from '../usage/read-cloud-event';
import {
  usageCloudEventSchema,
  usageEventHeadersSchema,
  usageVoidCloudEventSchema,
  usageVoidHeadersSchema,
} from '../usage/usage-cloud-event-schema';
import { usageEventSchema } from '../usage/usage-event-schema';
import { usageVoidSchema } from '../usage/usage-void-schema';
import { CLOUD_EVENTS_VERSION, INCARNATION_HEADER, JSON_MEDIA_TYPE } from '../wire/cloud-event-headers';
import { identifierSchema, instantSchema } from '../wire/wire-schemas';
import {
  ALERT_MESSAGE_EXAMPLE,
  BALANCE_MESSAGE_EXAMPLE,
  LEDGER_MESSAGE_EXAMPLE,
  USAGE_CLOUD_EVENT_EXAMPLE,
  USAGE_EVENT_EXAMPLE,
  USAGE_HEADERS_EXAMPLE,
  USAGE_VOID_CLOUD_EVENT_EXAMPLE,
  USAGE_VOID_EXAMPLE,
  USAGE_VOID_HEADERS_EXAMPLE,
} from './examples';
import { type JsonSchema, readSchema, writtenSchema } from './json-schemas';

/** A JSON document. */
type JsonDocument = Readonly<Record<string, unknown>>;

const KAFKA_BINDING = '0.5.0';
const USAGE_MESSAGES = ['usageEvent', 'usageCloudEvent', 'usageVoid', 'usageVoidCloudEvent'];
const DRAFT_7_FORMAT = 'application/schema+json;version=draft-07';

/** The AsyncAPI 3.0 document of every topic that carries messages, generated from what checks them. */
export function asyncApiDocument(): JsonDocument {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Floopy Billing',
      version: '1.0.0',
      description:
        'Usage events in, exact ledger events, balances and alerts out. Within v1 shapes change only by addition: ignore fields that you do not know.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: JSON_MEDIA_TYPE,
    channels: {
      usageRecorded: channel(TOPICS.usageRecorded, 'What producers state.', USAGE_MESSAGES),
      usageDeadLetter: channel(TOPICS.usageDeadLetter, 'Records that could not be applied.', ['deadLetter']),
      billingLedger: channel(TOPICS.billingLedger, 'Every ledger event.', ['ledgerEvent']),
      billingBalance: channel(TOPICS.billingBalance, 'The newest balance of each organization.', ['balance']),
      billingAlerts: channel(TOPICS.billingAlerts, 'Every alert that was raised.', ['alert']),
    },
    operations: {
      readUsage: operation(
        'receive',
        'usageRecorded',
        'Each event is charged once, however often it is sent, and given back once when it is voided.',
      ),
      publishDeadLetters: operation('send', 'usageDeadLetter', 'At least once; topic, partition and offset identify.'),
      publishLedger: operation('send', 'billingLedger', 'In order for each organization, at least once.'),
      publishBalances: operation('send', 'billingBalance', 'At least once; a lower position than the last is stale.'),
      publishAlerts: operation('send', 'billingAlerts', 'At least once, each under its own id, as webhooks tell them.'),
    },
    components: { messages: messages() },
  };
}

function messages(): JsonDocument {
  const key = draft7(writtenSchema(identifierSchema.describe('The organization id.'), 'draft-7'));
  const usageHeaders = draft7(writtenSchema(usageEventHeadersSchema, 'draft-7'));
  return {
    usageEvent: message('A usage event in binary mode', key, usageHeaders, written(usageEventSchema), {
      headers: USAGE_HEADERS_EXAMPLE,
      payload: USAGE_EVENT_EXAMPLE,
    }),
    usageCloudEvent: structured(
      'A usage event in structured mode',
      key,
      usageCloudEventSchema,
      USAGE_CLOUD_EVENT_EXAMPLE,
    ),
    usageVoid: message(
      'That a usage event was a mistake, in binary mode',
      key,
      written(usageVoidHeadersSchema),
      written(usageVoidSchema),
      { headers: USAGE_VOID_HEADERS_EXAMPLE, payload: USAGE_VOID_EXAMPLE },
    ),
    usageVoidCloudEvent: structured(
      'That a usage event was a mistake, in structured mode',
      key,
      usageVoidCloudEventSchema,
      USAGE_VOID_CLOUD_EVENT_EXAMPLE,
    ),
    ledgerEvent: message(
      'A ledger event',
      key,
      headersOf(LEDGER_MESSAGE_TYPE, ID_OF_POSITION, INCARNATION),
      read(ledgerMessageSchema),
      {
        payload: LEDGER_MESSAGE_EXAMPLE,
      },
    ),
    balance: message(
      'A balance',
      key,
      headersOf(BALANCE_MESSAGE_TYPE, ID_OF_POSITION, INCARNATION),
      read(balanceMessageSchema),
      {
        payload: BALANCE_MESSAGE_EXAMPLE,
      },
    ),
    alert: message('An alert', key, headersOf(ALERT_MESSAGE_TYPE, 'The alert id.'), read(alertMessageSchema), {
      payload: ALERT_MESSAGE_EXAMPLE,
    }),
    deadLetter: {
      title: 'A parked record: its original key, value and headers, and why it was parked',
      contentType: 'application/octet-stream',
      headers: draft7(readSchema(deadLetterHeadersSchema, 'draft-7')),
    },
  };
}

function message(
  title: string,
  key: JsonDocument,
  headers: JsonDocument,
  payload: JsonDocument,
  example: JsonDocument,
): JsonDocument {
  return {
    title,
    contentType: JSON_MEDIA_TYPE,
    headers,
    payload: { schemaFormat: DRAFT_7_FORMAT, schema: payload },
    bindings: { kafka: { key, bindingVersion: KAFKA_BINDING } },
    examples: [example],
  };
}

function structured(title: string, key: JsonDocument, schema: z.ZodType, payload: JsonDocument): JsonDocument {
  const example = { headers: { 'content-type': STRUCTURED_MEDIA_TYPE }, payload };
  const described = message(title, key, contentType(STRUCTURED_MEDIA_TYPE), written(schema), example);
  return { ...described, contentType: STRUCTURED_MEDIA_TYPE };
}

function written(schema: z.ZodType): JsonDocument {
  return draft7(writtenSchema(schema, 'draft-7'));
}

function read(schema: z.ZodType): JsonDocument {
  return draft7(readSchema(schema, 'draft-7'));
}

/** The document names the draft once, beside each payload. */
function draft7(schema: JsonSchema): JsonDocument {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$schema'));
}

const ID_OF_POSITION =
  'The organization id, a colon, and the position; between them, once a ledger was put back, its incarnation and a colon.';
const INCARNATION = {
  [INCARNATION_HEADER]: z
    .string()
    .regex(/^\d+$/)
    .optional()
    .describe(
      'When the ledger was put back to an earlier state, in milliseconds since 1970; absent before that ever happened. ' +
        'A message takes the place of what earlier incarnations said of its organization at its position and behind it.',
    ),
};

/** The headers of what we send, as CloudEvents in binary mode. */
function headersOf(type: string, idRule: string, extensions: z.ZodRawShape = {}): JsonDocument {
  const headers = z.object({
    ce_specversion: z.literal(CLOUD_EVENTS_VERSION),
    ce_id: z.string().describe(idRule),
    ce_source: z.string(),
    ce_type: z.literal(type),
    ce_time: instantSchema,
    ce_subject: identifierSchema.describe('The organization id.'),
    'content-type': z.literal(JSON_MEDIA_TYPE),
    ...extensions,
  });
  return read(headers);
}

function contentType(mediaType: string): JsonDocument {
  return written(z.object({ 'content-type': z.string().describe(`${mediaType}, perhaps with parameters.`) }));
}

function channel(topic: TopicDeclaration, description: string, names: readonly string[]): JsonDocument {
  return {
    address: topic.name,
    description,
    messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    bindings: {
      kafka: {
        topic: topic.name,
        partitions: topic.partitions,
        topicConfiguration: {
          'cleanup.policy': [topic.cleanup],
          ...(topic.retentionMs === null ? {} : { 'retention.ms': topic.retentionMs }),
        },
        bindingVersion: KAFKA_BINDING,
      },
    },
  };
}

function operation(action: 'send' | 'receive', channelName: string, summary: string): JsonDocument {
  return { action, channel: { $ref: `#/channels/${channelName}` }, summary };
}
