import type { Queries } from '../connection/queries';

/** Keys of thresholds that were told and have not recovered. */
export async function readDisarmedAlerts(queries: Queries, organizationKey: number): Promise<Set<string>> {
  const rows = await queries.query<{ alert_key: string }>({
    name: 'read_disarmed_alerts',
    text: 'SELECT alert_key FROM disarmed_alert WHERE organization_key = $1',
    values: [organizationKey],
  });
  return new Set(rows.map((row) => row.alert_key));
}
