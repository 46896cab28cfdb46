import { assertNever, type Instant, type OrganizationId } from '@floopy/domain';
import type { AlertReceiver, ReceiverType } from './deliver-alerts';

/** Where an organization's alerts go, as it is kept. */
export interface AlertEndpoint {
  readonly endpointId: string;
  readonly receiver: AlertReceiver;
  readonly createdAt: Instant;
  readonly createdBy: string;
}

export interface AlertEndpointRequest {
  readonly organizationId: OrganizationId;
  readonly type: ReceiverType;
  /** A URL, or an e-mail address. */
  readonly address: string;
  /** The member or API key who asks. */
  readonly createdBy: string;
}

export interface AddAlertEndpointPorts {
  readonly store: {
    /** @returns false when the organization has `most` of them already. */
    saveEndpoint(organizationId: OrganizationId, endpoint: AlertEndpoint, most: number): Promise<boolean>;
  };
  /** What this installation can send to. */
  readonly reach: {
    readonly hasMailServer: boolean;
    /** Why a URL would never be called; null when it may be. */
    refuseUrl(url: string): string | null;
  };
  readonly clock: () => Instant;
  /** Random bytes in base64, and text of them that fits in a URL. */
  readonly random: { key(bytes: number): string; text(bytes: number): string };
}

export type AlertEndpointOutcome =
  /** The secret of a webhook is in here and never shown again. */
  | { readonly type: 'added'; readonly endpoint: AlertEndpoint }
  | { readonly type: 'refused'; readonly code: 'invalid_address'; readonly detail: string }
  | { readonly type: 'refused'; readonly code: 'no_mail_server' | 'too_many_endpoints' };

/** Each of them may be sent something for each alert. */
export const MOST_ALERT_ENDPOINTS = 20;

const ID_BYTES = 9;
const SECRET_BYTES = 32;
/** One address and nothing else: nothing that a mail's header would read as more. */
const EMAIL = /^[^\s@"<>,;:\\()[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;

/** Adds a receiver of an organization's alerts: what fires from now on is delivered to it, too. */
export async function addAlertEndpoint(
  ports: AddAlertEndpointPorts,
  request: AlertEndpointRequest,
): Promise<AlertEndpointOutcome> {
  const refusal = refusalOf(ports, request);
  if (refusal !== null) return refusal;
  const endpoint = {
    endpointId: `end_${ports.random.text(ID_BYTES)}`,
    receiver: receiverOf(ports, request),
    createdAt: ports.clock(),
    createdBy: request.createdBy,
  };
  const isSaved = await ports.store.saveEndpoint(request.organizationId, endpoint, MOST_ALERT_ENDPOINTS);
  return isSaved ? { type: 'added', endpoint } : { type: 'refused', code: 'too_many_endpoints' };
}

function refusalOf(
  { reach }: AddAlertEndpointPorts,
  { type, address }: AlertEndpointRequest,
): Extract<AlertEndpointOutcome, { type: 'refused' }> | null {
  switch (type) {
    case 'webhook': {
      const detail = reach.refuseUrl(address);
      return detail === null ? null : { type: 'refused', code: 'invalid_address', detail };
    }
    case 'email':
      if (!reach.hasMailServer) return { type: 'refused', code: 'no_mail_server' };
      return EMAIL.test(address)
        ? null
        : { type: 'refused', code: 'invalid_address', detail: 'must be an e-mail address, such as ada@example.com' };
    default:
      return assertNever(type);
  }
}

function receiverOf({ random }: AddAlertEndpointPorts, { type, address }: AlertEndpointRequest): AlertReceiver {
  return type === 'webhook' ? { type, url: address, secret: `whsec_${random.key(SECRET_BYTES)}` } : { type, address };
}
