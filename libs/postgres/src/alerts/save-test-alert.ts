import type { RecordedAlert } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';

/** Keeps an alert that is about a receiver, and that it is due there and nowhere else; unless nobody calls it any more. */
export async function saveTestAlert(
  queries: Queries,
  alert: RecordedAlert,
  endpointId: string,
): Promise<'saved' | 'unknown_endpoint' | 'endpoint_disabled'> {
  const [row] = await queries.query<{ is_disabled: boolean }>({
    name: 'save_test_alert',
    text: `
      WITH receiver AS (
             SELECT endpoint_id, organization_key, disabled_at IS NOT NULL AS is_disabled
               FROM alert_endpoint
               JOIN organization USING (organization_key)
              WHERE organization_id = $2 AND endpoint_id = $3),
           recorded AS (
             INSERT INTO alert (alert_id, organization_key, kind, target, figures, fired_at)
             SELECT $1, organization_key, $4, $5, $6, $7::timestamptz
               FROM receiver
              WHERE NOT is_disabled
             RETURNING alert_id, organization_key, fired_at),
           due AS (
             INSERT INTO alert_delivery (alert_id, endpoint_id, organization_key, next_attempt_at)
             SELECT alert_id, $3, organization_key, fired_at FROM recorded)
      SELECT is_disabled FROM receiver`,
    values: [
      alert.alertId,
      alert.organizationId,
      endpointId,
      alert.kind,
      alert.target,
      JSON.stringify(alert.figures),
      timestampOf(alert.firedAt),
    ],
  });
  if (row === undefined) return 'unknown_endpoint';
  return row.is_disabled ? 'endpoint_disabled' : 'saved';
}
