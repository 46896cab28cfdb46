import type { Queries } from '../connection/queries';

/** Takes a receiver away, with what was still to be delivered to it. @returns whether there was one */
export async function deleteAlertEndpoint(
  queries: Queries,
  organizationKey: number,
  endpointId: string,
): Promise<boolean> {
  const rows = await queries.query<{ endpoint_id: string }>({
    name: 'delete_alert_endpoint',
    text: 'DELETE FROM alert_endpoint WHERE organization_key = $1 AND endpoint_id = $2 RETURNING endpoint_id',
    values: [organizationKey, endpointId],
  });
  return rows.length > 0;
}
