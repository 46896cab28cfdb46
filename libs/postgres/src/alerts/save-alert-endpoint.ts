import type { AlertEndpoint } from '@floopy/application';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { receiverCodes } from './alert-codes';

/**
 * Adds a receiver: what fires from now on is delivered to it, too.
 * @returns false when the organization has `most` of them; two that are added at once may both be the last one
 */
export async function saveAlertEndpoint(
  queries: Queries,
  organizationKey: number,
  { endpointId, receiver, createdAt, createdBy }: AlertEndpoint,
  most: number,
): Promise<boolean> {
  const [address, secret] = receiver.type === 'webhook' ? [receiver.url, receiver.secret] : [receiver.address, null];
  const rows = await queries.query<{ endpoint_id: string }>({
    name: 'save_alert_endpoint',
    text: `
      INSERT INTO alert_endpoint (endpoint_id, organization_key, kind, address, secret, created_at, created_by)
      SELECT $1, $2::int4, $3::int2, $4, $5, $6::timestamptz, $7
       WHERE (SELECT count(*) FROM alert_endpoint WHERE organization_key = $2::int4) < $8
      RETURNING endpoint_id`,
    values: [
      endpointId,
      organizationKey,
      receiverCodes.codeOf(receiver.type),
      address,
      secret,
      timestampOf(createdAt),
      createdBy,
      most,
    ],
  });
  return rows.length > 0;
}
