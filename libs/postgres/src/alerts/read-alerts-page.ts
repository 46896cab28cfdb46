import { type Instant, instantOfMilliseconds, LATEST_INSTANT, type RecordedAlert } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { deliveryStateCodes } from './alert-codes';
import { type AlertRow, mapAlertRow } from './map-alert-row';

/** How an alert fares at one receiver. */
export interface ShownDelivery {
  readonly endpointId: string;
  readonly state: 'pending' | 'delivered' | 'given_up';
  readonly attempts: number;
  /** When it was delivered or given up; null while it is pending. */
  readonly endedAt: Instant | null;
  /** Of the last attempt that failed. */
  readonly lastError: string | null;
}

export interface ShownAlert {
  readonly alert: RecordedAlert;
  readonly deliveries: readonly ShownDelivery[];
}

/** A place in the list of alerts, which goes from the latest back: behind so many that fired in this millisecond. */
export interface AlertPlace {
  readonly firedAt: Instant;
  readonly passed: number;
}

export interface AlertsPage {
  readonly alerts: readonly ShownAlert[];
  /** Where the next page begins; null when this one reaches the end. */
  readonly next: AlertPlace | null;
}

interface DeliveryJson {
  readonly endpoint_id: string;
  readonly state: number;
  readonly attempts: number;
  readonly ended_ms: number | null;
  readonly last_error: string | null;
}

type ShownRow = AlertRow & { readonly deliveries: readonly DeliveryJson[] | null };

/** Reads a page of an organization's alerts, latest first, each with its deliveries to the receivers that there still are. */
export async function readAlertsPage(
  queries: Queries,
  organizationKey: number,
  { below, limit }: { readonly below: AlertPlace | null; readonly limit: number },
): Promise<AlertsPage> {
  const { firedAt, passed } = below ?? { firedAt: LATEST_INSTANT, passed: 0 };
  const rows = await queries.query<ShownRow>({
    name: 'read_alerts_page',
    text: `
      SELECT alert_id, organization_id, alert.kind, target, period_start, threshold, figures, position, fired_at,
             (SELECT json_agg(json_build_object('endpoint_id', endpoint_id, 'state', state, 'attempts', attempts,
                                                'ended_ms', floor(extract(epoch FROM ended_at) * 1000),
                                                'last_error', last_error) ORDER BY endpoint_id)
                FROM alert_delivery
               WHERE alert_delivery.alert_id = alert.alert_id) AS deliveries
        FROM alert
        JOIN organization USING (organization_key)
       WHERE organization_key = $1 AND fired_at <= $2
       ORDER BY fired_at DESC, alert_id
      OFFSET $3
       LIMIT $4`,
    values: [organizationKey, timestampOf(firedAt), passed, limit + 1],
  });
  const alerts = rows.slice(0, limit).map(mapShown);
  return { alerts, next: rows.length > limit ? placeAfter(alerts, below) : null };
}

function placeAfter(alerts: readonly ShownAlert[], below: AlertPlace | null): AlertPlace | null {
  const last = alerts.at(-1)?.alert.firedAt;
  if (last === undefined) return null;
  const atLast = alerts.filter(({ alert }) => alert.firedAt === last).length;
  return { firedAt: last, passed: atLast + (below?.firedAt === last ? below.passed : 0) };
}

function mapShown({ deliveries, ...row }: ShownRow): ShownAlert {
  return { alert: mapAlertRow(row), deliveries: (deliveries ?? []).map(mapDelivery) };
}

function mapDelivery(delivery: DeliveryJson): ShownDelivery {
  const state = deliveryStateCodes.wordOf(delivery.state);
  return {
    endpointId: delivery.endpoint_id,
    state: state === 'retried' ? 'pending' : state,
    attempts: delivery.attempts,
    endedAt: delivery.ended_ms === null ? null : instantOfMilliseconds(delivery.ended_ms),
    lastError: delivery.last_error,
  };
}
