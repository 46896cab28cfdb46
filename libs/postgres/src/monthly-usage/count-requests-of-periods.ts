import { type BillingPeriod, type Instant, instantOfMilliseconds } from '@floopy/domain';
import { int4Array, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { CHANGES_COUNT, COUNT_CHANGE } from '../ledger/count-change';

export interface WantedPeriod {
  readonly organizationKey: number;
  readonly period: BillingPeriod;
}

/** Counts by the organization's key and the start of its period. */
export type CountsOfPeriods = ReadonlyMap<number, ReadonlyMap<Instant, number>>;

const NOTHING_COUNTED: CountsOfPeriods = new Map();

/**
 * The requests that have counted in several periods, as `countPeriodRequests` counts them in one. The caller holds the lock of
 * each organization's stream: nothing else counts there until it has ended.
 */
export async function countRequestsOfPeriods(
  transaction: Queries,
  wanted: readonly WantedPeriod[],
): Promise<CountsOfPeriods> {
  if (wanted.length === 0) return NOTHING_COUNTED;
  const rows = await transaction.query<{ organization_key: number; period_start: Date; requests: string }>({
    name: 'count_requests_of_periods',
    text: `
      SELECT wanted.organization_key, wanted.period_start,
             CASE WHEN written.fits THEN written.requests
                  ELSE (SELECT coalesce(sum(${COUNT_CHANGE}), 0)
                          FROM ledger_event
                         WHERE ledger_event.organization_key = wanted.organization_key
                           AND occurred_at >= wanted.period_start AND occurred_at < wanted.period_end
                           AND ${CHANGES_COUNT})
             END AS requests
        FROM unnest($1::int4[], $2::timestamptz[], $3::timestamptz[])
             AS wanted (organization_key, period_start, period_end)
       CROSS JOIN LATERAL (
               SELECT bool_and(month.period_start = wanted.period_start AND month.period_end = wanted.period_end)
                        IS NOT FALSE AS fits,
                      coalesce(sum(requests), 0) AS requests
                 FROM monthly_usage AS month
                WHERE month.organization_key = wanted.organization_key
                  AND month.period_start < wanted.period_end AND month.period_end > wanted.period_start
             ) AS written`,
    values: [
      int4Array(wanted.map(({ organizationKey }) => organizationKey)),
      timestamptzArray(wanted.map(({ period }) => period.start)),
      timestamptzArray(wanted.map(({ period }) => period.end)),
    ],
  });
  const counts = new Map<number, Map<Instant, number>>();
  for (const row of rows) {
    const known = counts.get(row.organization_key) ?? new Map<Instant, number>();
    counts.set(row.organization_key, known);
    known.set(instantOfMilliseconds(row.period_start.getTime()), Number(row.requests));
  }
  return counts;
}
