import { textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** Notes that thresholds have recovered, and are told again when they are crossed again. */
export async function rearmAlerts(queries: Queries, organizationKey: number, keys: readonly string[]): Promise<void> {
  await queries.query({
    name: 'rearm_alerts',
    text: 'DELETE FROM disarmed_alert WHERE organization_key = $1 AND alert_key = ANY ($2::text[])',
    values: [organizationKey, textArray(keys)],
  });
}
