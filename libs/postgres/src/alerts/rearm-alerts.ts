import { int4Array, textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** Notes that thresholds have recovered, and are told again when they are crossed again. */
export async function rearmAlerts(
  queries: Queries,
  recovered: readonly { readonly organizationKey: number; readonly key: string }[],
): Promise<void> {
  if (recovered.length === 0) return;
  await queries.query({
    name: 'rearm_alerts',
    text: `
      DELETE FROM disarmed_alert
       USING unnest($1::int4[], $2::text[]) AS recovered (organization_key, alert_key)
       WHERE disarmed_alert.organization_key = recovered.organization_key
         AND disarmed_alert.alert_key = recovered.alert_key`,
    values: [
      int4Array(recovered.map(({ organizationKey }) => organizationKey)),
      textArray(recovered.map(({ key }) => key)),
    ],
  });
}
