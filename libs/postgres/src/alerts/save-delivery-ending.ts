import type { DueDelivery, NotedDecision } from '@floopy/application';
import type { Instant } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { deliveryStateCodes } from './alert-codes';

/**
 * Notes how an attempt ended, and since when its receiver fails, in one statement. An attempt that took so long that another
 * one was begun notes nothing: that one will.
 */
export async function saveDeliveryEnding(
  queries: Queries,
  { alert, endpointId, attempts }: DueDelivery,
  decision: NotedDecision,
  now: Instant,
): Promise<void> {
  const reason = decision.type === 'delivered' ? null : decision.reason;
  await queries.query({
    name: 'save_delivery_ending',
    text: `
      WITH noted AS (
             UPDATE alert_delivery
                SET state = $4::int2, last_error = $5, next_attempt_at = $6,
                    ended_at = CASE WHEN $4::int2 = 1 THEN NULL ELSE $7::timestamptz END
              WHERE alert_id = $1 AND endpoint_id = $2 AND attempts = $3 AND state = 1
             RETURNING endpoint_id)
      UPDATE alert_endpoint AS endpoint
         SET failing_since = CASE WHEN $4::int2 = 2 THEN NULL ELSE $7::timestamptz END
        FROM noted
       WHERE endpoint.endpoint_id = noted.endpoint_id AND (failing_since IS NULL) = ($4::int2 <> 2)`,
    values: [
      alert.alertId,
      endpointId,
      attempts,
      deliveryStateCodes.codeOf(decision.type),
      reason,
      timestampOf(decision.type === 'retried' ? decision.at : now),
      timestampOf(now),
    ],
  });
}
