import type { Instant } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';

/**
 * Stops calling a receiver, and gives up what was still to be delivered to it.
 * @returns whether this call did it; a receiver is disabled once, however many attempts at it fail at once
 */
export async function disableEndpoint(
  queries: Queries,
  endpointId: string,
  reason: string,
  now: Instant,
): Promise<boolean> {
  const rows = await queries.query<{ endpoint_id: string }>({
    name: 'disable_endpoint',
    text: `
      WITH disabled AS (
             UPDATE alert_endpoint SET disabled_at = $3, disabled_reason = $2
              WHERE endpoint_id = $1 AND disabled_at IS NULL
             RETURNING endpoint_id),
           given_up AS (
             UPDATE alert_delivery AS delivery SET state = 3, ended_at = $3, last_error = $2
               FROM disabled
              WHERE delivery.endpoint_id = disabled.endpoint_id AND state = 1)
      SELECT endpoint_id FROM disabled`,
    values: [endpointId, reason, timestampOf(now)],
  });
  return rows.length > 0;
}
