import type { ReceiverType } from '@floopy/application';
import { type Instant, instantOfMilliseconds } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { receiverCodes } from './alert-codes';

/** A receiver of alerts as it is shown: its secret never is again. */
export interface ShownEndpoint {
  readonly endpointId: string;
  readonly type: ReceiverType;
  readonly address: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** Since when every attempt has failed; null when the last one did not. */
  readonly failingSince: Instant | null;
  /** When it was given up for good, and why; null while it is called. */
  readonly disabled: { readonly at: Instant; readonly reason: string } | null;
}

interface EndpointRow {
  readonly endpoint_id: string;
  readonly kind: number;
  readonly address: string;
  readonly created_at: Date;
  readonly created_by: string;
  readonly failing_since: Date | null;
  readonly disabled_at: Date | null;
  readonly disabled_reason: string | null;
}

/** The receivers of an organization's alerts, oldest first. */
export async function readAlertEndpoints(queries: Queries, organizationKey: number): Promise<ShownEndpoint[]> {
  const rows = await queries.query<EndpointRow>({
    name: 'read_alert_endpoints',
    text: `
      SELECT endpoint_id, kind, address, created_at, created_by, failing_since, disabled_at, disabled_reason
        FROM alert_endpoint
       WHERE organization_key = $1
       ORDER BY created_at, endpoint_id`,
    values: [organizationKey],
  });
  return rows.map((row) => ({
    endpointId: row.endpoint_id,
    type: receiverCodes.wordOf(row.kind),
    address: row.address,
    createdAt: instantOfMilliseconds(row.created_at.getTime()),
    createdBy: row.created_by,
    failingSince: row.failing_since === null ? null : instantOfMilliseconds(row.failing_since.getTime()),
    disabled:
      row.disabled_at === null
        ? null
        : { at: instantOfMilliseconds(row.disabled_at.getTime()), reason: row.disabled_reason ?? '' },
  }));
}
