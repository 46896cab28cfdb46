import type { RecordedAlert } from '@floopy/domain';
import { int8Array, textArray, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** Keeps alerts, and a delivery that is due at once for every receiver of their organizations that is still called. */
export async function saveAlerts(queries: Queries, alerts: readonly RecordedAlert[]): Promise<void> {
  if (alerts.length === 0) return;
  await queries.query({
    name: 'save_alerts',
    text: `
      WITH recorded AS (
             INSERT INTO alert (alert_id, organization_key, kind, target, period_start, threshold, figures, position,
                                fired_at)
             SELECT alert_id, organization_key, kind, target, period_start, threshold, figures, position, fired_at
               FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[],
                           $8::int8[], $9::timestamptz[])
                    AS raised (alert_id, organization_id, kind, target, period_start, threshold, figures, position,
                               fired_at)
               JOIN organization USING (organization_id)
             RETURNING alert_id, organization_key, fired_at)
      INSERT INTO alert_delivery (alert_id, endpoint_id, organization_key, next_attempt_at)
      SELECT alert_id, endpoint_id, organization_key, fired_at
        FROM recorded
        JOIN alert_endpoint USING (organization_key)
       WHERE disabled_at IS NULL`,
    values: [
      textArray(alerts.map(({ alertId }) => alertId)),
      textArray(alerts.map(({ organizationId }) => organizationId)),
      textArray(alerts.map(({ kind }) => kind)),
      textArray(alerts.map(({ target }) => target)),
      timestamptzArray(alerts.map(({ periodStart }) => periodStart)),
      textArray(alerts.map(({ threshold }) => threshold)),
      textArray(alerts.map(({ figures }) => JSON.stringify(figures))),
      int8Array(alerts.map(({ position }) => position)),
      timestamptzArray(alerts.map(({ firedAt }) => firedAt)),
    ],
  });
}
