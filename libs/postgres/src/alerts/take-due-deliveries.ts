import type { AlertReceiver, DueDeliveries, DueDelivery } from '@floopy/application';
import { assert, type Instant, instantOfMilliseconds } from '@floopy/domain';
import { textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { receiverCodes } from './alert-codes';
import { type AlertRow, mapAlertRow } from './map-alert-row';

interface DueRow extends AlertRow {
  readonly endpoint_id: string;
  readonly endpoint_kind: number;
  readonly address: string;
  readonly secret: string | null;
  readonly failing_since: Date | null;
  readonly attempts: number;
}

/**
 * Takes deliveries that are due, and counts the attempt that the caller makes of each: it has them for itself until
 * `takenUntil`, and no transaction is held open for as long as receivers take.
 * SKIP LOCKED: two callers share what is due; a row that one of them took is, when the other looks again, due no more.
 */
export async function takeDueDeliveries(queries: Queries, wanted: DueDeliveries): Promise<DueDelivery[]> {
  const rows = await queries.query<DueRow>({
    name: 'take_due_deliveries',
    text: `
      WITH waiting AS (
             SELECT alert_id, endpoint_id, row_number() OVER (PARTITION BY endpoint_id ORDER BY next_attempt_at) AS turn
               FROM alert_delivery
               JOIN alert_endpoint USING (endpoint_id)
              WHERE state = 1 AND next_attempt_at <= $1 AND kind = $4 AND disabled_at IS NULL
                AND (failing_since IS NOT NULL) = $5 AND endpoint_id <> ALL ($6::text[])),
           due AS (
             SELECT alert_id, endpoint_id
               FROM alert_delivery
               JOIN waiting USING (alert_id, endpoint_id)
              -- What somebody else has taken since it was seen waiting is due no more.
              WHERE turn <= $7 AND state = 1 AND next_attempt_at <= $1
              ORDER BY next_attempt_at
              LIMIT $3
                FOR UPDATE OF alert_delivery SKIP LOCKED)
      UPDATE alert_delivery AS delivery
         SET attempts = attempts + 1, next_attempt_at = $2
        FROM due
        JOIN alert USING (alert_id)
        JOIN alert_endpoint AS endpoint USING (endpoint_id)
        JOIN organization ON organization.organization_key = alert.organization_key
       WHERE delivery.alert_id = due.alert_id AND delivery.endpoint_id = due.endpoint_id
      RETURNING delivery.attempts, endpoint.endpoint_id, endpoint.kind AS endpoint_kind, endpoint.address,
                endpoint.secret, endpoint.failing_since, alert.alert_id, organization.organization_id, alert.kind,
                alert.target, alert.period_start, alert.threshold, alert.figures, alert.position, alert.fired_at`,
    values: [
      timestampOf(wanted.now),
      timestampOf(wanted.takenUntil),
      wanted.limit,
      receiverCodes.codeOf(wanted.lane.type),
      wanted.lane.isFailing,
      textArray(wanted.except),
      wanted.limitOfReceiver,
    ],
  });
  return rows.map((row) => {
    const alert = mapAlertRow(row);
    return {
      endpointId: row.endpoint_id,
      receiver: receiverOf(row),
      alert,
      attempts: row.attempts,
      firedAt: alert.firedAt,
      failingSince: instantOf(row.failing_since),
    };
  });
}

function receiverOf({ endpoint_kind: kind, address, secret }: DueRow): AlertReceiver {
  const type = receiverCodes.wordOf(kind);
  if (type === 'email') return { type, address };
  assert(secret !== null, 'a webhook has a secret');
  return { type, url: address, secret };
}

function instantOf(date: Date | null): Instant | null {
  return date === null ? null : instantOfMilliseconds(date.getTime());
}
