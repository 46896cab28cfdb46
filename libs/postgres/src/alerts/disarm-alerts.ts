import { type FiredAlert, type Instant, instantOfMilliseconds } from '@floopy/domain';
import { int4Array, textArray, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';

/** Longer than any period that figures are still taken of; what was told of earlier ones is never asked for again. */
export const PAST_PERIODS_KEPT_MS = 62 * 24 * 60 * 60 * 1_000;

/** A threshold of an organization that was told. */
export interface ToldThreshold extends Pick<FiredAlert, 'key' | 'periodStart'> {
  readonly organizationKey: number;
}

/**
 * Notes that thresholds were told, and forgets those of the same organizations' periods that are long over. A key that somebody
 * else noted meanwhile fails the transaction, so that nobody tells twice.
 */
export async function disarmAlerts(queries: Queries, told: readonly ToldThreshold[], now: Instant): Promise<void> {
  if (told.length === 0) return;
  await queries.query({
    name: 'disarm_alerts',
    text: `
      WITH forgotten AS (
             DELETE FROM disarmed_alert WHERE organization_key = ANY ($1::int4[]) AND period_start < $5::timestamptz)
      INSERT INTO disarmed_alert (organization_key, alert_key, period_start, disarmed_at)
      SELECT organization_key, alert_key, period_start, $4::timestamptz
        FROM unnest($1::int4[], $2::text[], $3::timestamptz[]) AS told (organization_key, alert_key, period_start)`,
    values: [
      int4Array(told.map(({ organizationKey }) => organizationKey)),
      textArray(told.map(({ key }) => key)),
      timestamptzArray(told.map(({ periodStart }) => periodStart)),
      timestampOf(now),
      timestampOf(instantOfMilliseconds(now - PAST_PERIODS_KEPT_MS)),
    ],
  });
}
