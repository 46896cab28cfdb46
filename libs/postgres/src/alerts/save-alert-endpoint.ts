import type { AlertReceiver } from '@floopy/application';
import type { Instant } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { receiverCodes } from './alert-codes';

export interface AlertEndpoint {
  readonly endpointId: string;
  readonly receiver: AlertReceiver;
  readonly createdAt: Instant;
  readonly createdBy: string;
}

/** Adds a receiver: what fires from now on is delivered to it, too. */
export async function saveAlertEndpoint(
  queries: Queries,
  organizationKey: number,
  { endpointId, receiver, createdAt, createdBy }: AlertEndpoint,
): Promise<void> {
  const [address, secret] = receiver.type === 'webhook' ? [receiver.url, receiver.secret] : [receiver.address, null];
  await queries.query({
    name: 'save_alert_endpoint',
    text: `
      INSERT INTO alert_endpoint (endpoint_id, organization_key, kind, address, secret, created_at, created_by)
      VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      endpointId,
      organizationKey,
      receiverCodes.codeOf(receiver.type),
      address,
      secret,
      timestampOf(createdAt),
      createdBy,
    ],
  });
}
