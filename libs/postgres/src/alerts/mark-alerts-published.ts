import type { RecordedAlert } from '@floopy/domain';
import { textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** Notes that the topic has heard of these. */
export async function markAlertsPublished(transaction: Queries, alerts: readonly RecordedAlert[]): Promise<void> {
  if (alerts.length === 0) return;
  await transaction.query({
    name: 'mark_alerts_published',
    text: 'UPDATE alert SET published_at = clock_timestamp() WHERE alert_id = ANY ($1::text[])',
    values: [textArray(alerts.map(({ alertId }) => alertId))],
  });
}
