import { formatInstant, type Instant } from '@floopy/domain';
import { z } from 'zod';
import { identifierSchema, instantSchema, OBJECT_RULE, oneOf } from '../wire/wire-schemas';

export const ALERT_ENDPOINT_KINDS = ['webhook', 'email'] as const;

const endpointFields = {
  id: identifierSchema,
  kind: oneOf(ALERT_ENDPOINT_KINDS),
  /** A URL, or an e-mail address. */
  address: z.string(),
  created_at: instantSchema,
  created_by: z.string(),
  /** Since when every attempt has failed; null when the last one did not. */
  failing_since: instantSchema.nullable(),
  /** Since when it is called no more, and why; null while it is. */
  disabled_at: instantSchema.nullable(),
  disabled_reason: z.string().nullable(),
};

/** `GET …/alert-endpoints`: who is told of alerts, oldest first. */
export const alertEndpointsViewSchema = z.object(
  { organization_id: identifierSchema, endpoints: z.array(z.object(endpointFields)) },
  { error: OBJECT_RULE },
);

/** `POST …/alert-endpoints`: the new one. */
export const alertEndpointViewSchema = z.object(
  {
    organization_id: identifierSchema,
    ...endpointFields,
    /** What its calls are signed with, as Standard Webhooks has it; shown here and never again. Null for an e-mail address. */
    secret: z.string().nullable(),
  },
  { error: OBJECT_RULE },
);

export type AlertEndpointsView = z.output<typeof alertEndpointsViewSchema>;
export type AlertEndpointView = z.output<typeof alertEndpointViewSchema>;

export interface AlertEndpointReading {
  readonly endpointId: string;
  readonly type: (typeof ALERT_ENDPOINT_KINDS)[number];
  readonly address: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly failingSince: Instant | null;
  readonly disabled: { readonly at: Instant; readonly reason: string } | null;
}

export function encodeAlertEndpoints(
  organizationId: string,
  endpoints: readonly AlertEndpointReading[],
): AlertEndpointsView {
  return { organization_id: organizationId, endpoints: endpoints.map(encodeEndpoint) };
}

/** @param added with the secret of a webhook */
export function encodeAddedEndpoint(
  organizationId: string,
  added: AlertEndpointReading & { readonly secret: string | null },
): AlertEndpointView {
  return { organization_id: organizationId, ...encodeEndpoint(added), secret: added.secret };
}

function encodeEndpoint(endpoint: AlertEndpointReading): AlertEndpointsView['endpoints'][number] {
  const { failingSince, disabled } = endpoint;
  return {
    id: endpoint.endpointId,
    kind: endpoint.type,
    address: endpoint.address,
    created_at: formatInstant(endpoint.createdAt),
    created_by: endpoint.createdBy,
    failing_since: failingSince === null ? null : formatInstant(failingSince),
    disabled_at: disabled === null ? null : formatInstant(disabled.at),
    disabled_reason: disabled?.reason ?? null,
  };
}
