import type { RecordedAlert } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { type AlertRow, mapAlertRow } from './map-alert-row';

/** Alerts that the topic has not heard of, oldest first. Those that another round holds are passed over. */
export async function readUnpublishedAlerts(transaction: Queries, limit: number): Promise<RecordedAlert[]> {
  const rows = await transaction.query<AlertRow>({
    name: 'read_unpublished_alerts',
    text: `
      SELECT alert_id, organization_id, kind, target, period_start, threshold, figures, position, fired_at
        FROM alert
        JOIN organization USING (organization_key)
       WHERE published_at IS NULL
       ORDER BY fired_at, alert_id
       LIMIT $1
         FOR UPDATE OF alert SKIP LOCKED`,
    values: [limit],
  });
  return rows.map(mapAlertRow);
}
