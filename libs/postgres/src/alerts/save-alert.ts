import type { RecordedAlert } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';

/** Keeps an alert, and a delivery that is due at once for every receiver of its organization that is still called. */
export async function saveAlert(queries: Queries, alert: RecordedAlert): Promise<void> {
  await queries.query({
    name: 'save_alert',
    text: `
      WITH recorded AS (
             INSERT INTO alert (alert_id, organization_key, kind, target, period_start, threshold, figures, position,
                                fired_at)
             SELECT $1, organization_key, $3, $4, $5::timestamptz, $6, $7, $8::int8, $9::timestamptz
               FROM organization
              WHERE organization_id = $2
             RETURNING alert_id, organization_key, fired_at)
      INSERT INTO alert_delivery (alert_id, endpoint_id, organization_key, next_attempt_at)
      SELECT alert_id, endpoint_id, organization_key, fired_at
        FROM recorded
        JOIN alert_endpoint USING (organization_key)
       WHERE disabled_at IS NULL`,
    values: [
      alert.alertId,
      alert.organizationId,
      alert.kind,
      alert.target,
      alert.periodStart === null ? null : timestampOf(alert.periodStart),
      alert.threshold,
      JSON.stringify(alert.figures),
      alert.position,
      timestampOf(alert.firedAt),
    ],
  });
}
