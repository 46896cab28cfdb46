import type { AlertMessage } from '../alerts/alert-message-schema';
import type { BalanceMessage } from '../balance/balance-message-schema';
import type { LedgerMessage } from '../ledger/ledger-message-schema';
import { USAGE_EVENT_TYPE, type UsageEventInput } from '../usage/usage-event-schema';
import { USAGE_VOIDED_TYPE, type UsageVoidInput } from '../usage/usage-void-schema';
import { CLOUD_EVENTS_VERSION, cloudEventHeaders } from '../wire/cloud-event-headers';

/** Examples in the documents; a test decodes each, so that they cannot go stale. */

export const USAGE_EVENT_EXAMPLE: UsageEventInput = {
  organization_id: 'org_acme',
  request_id: 'req_7Qd',
  origin: 'gateway',
  provider: 'openai',
  model: 'gpt-4o',
  outcome: 'succeeded',
  usage: { input_tokens: 12345, cache_read_input_tokens: 10000, output_tokens: 678 },
  team_id: 'team_search',
  metadata: { feature: 'faq' },
};

const attributes = {
  id: 'evt_01J9Z3',
  source: '/floopy/gateway/eu-1',
  type: USAGE_EVENT_TYPE,
  time: '2026-11-23T10:00:00.000Z',
};

export const USAGE_HEADERS_EXAMPLE = cloudEventHeaders(attributes);

export const USAGE_CLOUD_EVENT_EXAMPLE = {
  specversion: CLOUD_EVENTS_VERSION,
  ...attributes,
  datacontenttype: 'application/json',
  data: USAGE_EVENT_EXAMPLE,
};

export const USAGE_VOID_EXAMPLE: UsageVoidInput = {
  organization_id: 'org_acme',
  source: '/floopy/gateway/eu-1',
  id: 'evt_01J9Z3',
  reason: 'sent twice under two ids',
};

const voidAttributes = {
  id: 'void_01J9Z4',
  source: '/floopy/gateway/eu-1',
  type: USAGE_VOIDED_TYPE,
  time: '2026-11-23T11:00:00.000Z',
};

export const USAGE_VOID_HEADERS_EXAMPLE = cloudEventHeaders(voidAttributes);

export const USAGE_VOID_CLOUD_EVENT_EXAMPLE = {
  specversion: CLOUD_EVENTS_VERSION,
  ...voidAttributes,
  datacontenttype: 'application/json',
  data: USAGE_VOID_EXAMPLE,
};

export const LEDGER_MESSAGE_EXAMPLE: LedgerMessage = {
  organization_id: 'org_acme',
  sequence: 2,
  type: 'request',
  amount: '-2.5142500000',
  balance_after: '99997.4857500000',
  occurred_at: '2026-11-23T10:00:00.000Z',
  recorded_at: '2026-11-23T10:00:00.123Z',
  cause: { kind: 'usage_event', source: '/floopy/gateway/eu-1', id: 'evt_01J9Z3' },
  request_id: 'req_7Qd',
  origin: 'gateway',
  usage: {
    provider: 'openai',
    model: 'gpt-4o',
    service_tier: 'standard',
    outcome: 'succeeded',
    cache_hit: false,
    credential: 'platform',
    tokens: {
      input_tokens: 12345,
      cache_read_input_tokens: 10000,
      cache_creation_5m_input_tokens: 0,
      cache_creation_1h_input_tokens: 0,
      input_audio_tokens: 0,
      cache_read_input_audio_tokens: 0,
      output_tokens: 678,
      reasoning_output_tokens: 0,
      output_audio_tokens: 0,
    },
    team_id: 'team_search',
    content_digest: 'cb85e0dccdd84f90c4d7b2bd3149baf9',
    counted: true,
    price: { rate_card_version: 1, markup_basis_points: 0 },
    ingest_partition: 7,
  },
  previous_hash: '18cf8b468bbab6d3c27932f144eab8347813932689cae738b868970c69509604',
  hash: '0aa69eb83ea03485ce7cab48ca558d59cf0d9439a01f787a9de41e09034033f6',
};

export const BALANCE_MESSAGE_EXAMPLE: BalanceMessage = {
  organization_id: 'org_acme',
  unit: 'cent',
  balance: '99997.4857500000',
  balance_shown: '99997',
  period: { start: '2026-11-01T00:00:00.000Z', end: '2026-12-01T00:00:00.000Z' },
  requests: { used: 1, included: 1000, remaining: 999, overage: 0 },
  plan: { id: 'free', version: 1 },
  terms_version: 0,
  position: 2,
  recorded_at: '2026-11-23T10:00:00.123Z',
};

export const ALERT_MESSAGE_EXAMPLE: AlertMessage = {
  alert_id: 'alr_6tBz0qFvT2wM9aLk',
  organization_id: 'org_acme',
  kind: 'team_budget',
  target: 'team_search',
  period_start: '2026-11-01T00:00:00.000Z',
  threshold: '80',
  figures: { spent: '40012.5000000000', limit: '50000.0000000000' },
  position: 2,
  fired_at: '2026-11-23T10:00:00.456Z',
};
