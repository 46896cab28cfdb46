import { type JsonSchemaName, jsonSchemas } from '@floopy/contracts';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { referenceTo } from './answers';

/** Shapes of the contract that travel over HTTP. */
const HTTP_SCHEMAS: readonly JsonSchemaName[] = [
  'balance',
  'monthly_usage',
  'ledger_entry',
  'ledger_page',
  'request_log',
  'request_receipts',
  'spend',
  'statement',
  'usage_event_fate',
  'organization',
  'plan',
  'overage',
  'billing_periods',
  'members',
  'teams',
  'team_budgets',
  'team_budget',
  'admission_body',
  'admission',
  'admission_release',
  'holds',
  'alert_webhook',
  'alert',
  'alerts',
  'alert_settings_body',
  'alert_settings',
  'alert_endpoints',
  'alert_endpoint',
  'dead_letters',
  'dead_letter',
  'dead_letter_redrive',
  'dead_letter_discard',
  'reversal',
  'reprices',
  'reprice',
  'audit',
  'problem',
];

/** The OpenAPI 3.1 document of the running application, with the contract's own schemas. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Floopy Billing')
    .setDescription(
      'Balances, ledger and request log of organizations. Amounts are decimal strings in cents with 10 decimals, ' +
        'times RFC 3339 in UTC. Every reading carries its watermark; refusals are problem+json.',
    )
    .setVersion('1.0.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key' })
    .build();
  const document = SwaggerModule.createDocument(app, settings);
  const schemas = jsonSchemas();
  const shapes = Object.fromEntries(HTTP_SCHEMAS.map((name) => [name, asComponent(schemas[name])]));
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...shapes } };
  return { ...document, webhooks: { alert: ALERT_WEBHOOK } };
}

/** What we call, beside what may be called here. */
const ALERT_WEBHOOK: PathItem = {
  post: {
    tags: ['Alerts'],
    summary: 'An alert, sent to every webhook of its organization at least once',
    description:
      'Signed as Standard Webhooks has it, with the secret that was shown when the receiver was added. An attempt that is ' +
      'repeated has the same webhook-id: take each id once.',
    parameters: ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
      name,
      in: 'header',
      required: true,
      schema: { type: 'string' },
    })),
    requestBody: { required: true, content: { 'application/json': { schema: referenceTo('alert_webhook') } } },
    responses: {
      '2XX': { description: 'Taken; anything else, and no answer within seconds, is tried again' },
      '410': { description: 'Gone: it is called no more' },
    },
  },
};

type PathItem = OpenAPIObject['paths'][string];

type Component = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** A component is found by its place in the document: an id of its own would move what `#` stands for. */
function asComponent(schema: Readonly<Record<string, unknown>>): Component {
  const { $id: _, $schema: __, ...component } = schema;
  return component;
}
