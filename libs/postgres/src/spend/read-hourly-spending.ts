import {
  type AlertSpending,
  type Amount,
  burnRateSince,
  burnWindow,
  HOUR_MS,
  hourOf,
  type Instant,
  instantOfMilliseconds,
  SPIKE_DAYS,
} from '@floopy/domain';
import { int4Array, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { amountOfRow } from '../ledger/lock-streams';
import { SPEND_FOLLOWER } from './spend-follower';

export type HourlySpending = Omit<AlertSpending, 'teams'>;

interface SpendingRow {
  readonly organization_key: number;
  readonly burn_spend: string | null;
  readonly burn_since: Date | null;
  readonly hours: { hour: number; spend: string }[] | null;
  readonly since: Date | null;
}

const HOURS_OF_DAY = 24;

/**
 * What organizations spent lately, exactly as the ledger says in this snapshot: what the follower has absorbed, and the
 * entries since. It reads a week of hours of each, summed by the database.
 */
export async function readHourlySpending(
  queries: Queries,
  organizationKeys: readonly number[],
  now: Instant,
): Promise<Map<number, HourlySpending>> {
  if (organizationKeys.length === 0) return new Map();
  const { start, end } = burnWindow(now);
  const compared = comparedHours(now);
  const rows = await queries.query<SpendingRow>({
    name: 'read_hourly_spending',
    text: `
      SELECT wanted.organization_key, recent.*,
             (SELECT min(hour) FROM hourly_spend WHERE organization_key = wanted.organization_key) AS since
        FROM unnest($1::int4[]) AS wanted (organization_key)
       CROSS JOIN LATERAL (
               SELECT sum(hourly.spend) FILTER (WHERE hourly.hour >= $2 AND hourly.spend > 0) AS burn_spend,
                      min(hourly.hour) FILTER (WHERE hourly.hour >= $2 AND hourly.spend > 0) AS burn_since,
                      json_agg(json_build_object('hour', extract(epoch FROM hourly.hour) * 1000,
                                                 'spend', hourly.spend::text))
                        FILTER (WHERE hourly.hour = ANY ($4::timestamptz[])) AS hours
                 FROM (SELECT spent.hour, sum(spent.spend) AS spend
                         FROM (SELECT hour, spend
                                 FROM hourly_spend
                                WHERE organization_key = wanted.organization_key
                                  AND hour >= $2::timestamptz - interval '1 hour' AND hour < $3
                                UNION ALL
                               SELECT date_bin('1 hour', occurred_at, 'epoch'), -amount
                                 FROM ledger_event
                                WHERE organization_key = wanted.organization_key AND request_id IS NOT NULL
                                  AND sequence > coalesce((SELECT sequence
                                                             FROM follower_checkpoint AS checkpoint
                                                            WHERE checkpoint.organization_key = wanted.organization_key
                                                              AND follower = $5), 0)
                                  AND occurred_at >= $2::timestamptz - interval '1 hour' AND occurred_at < $3) AS spent
                        GROUP BY spent.hour) AS hourly
             ) AS recent`,
    values: [
      int4Array(organizationKeys),
      timestampOf(start),
      timestampOf(end),
      timestamptzArray(compared),
      SPEND_FOLLOWER,
    ],
  });
  return new Map(rows.map((row) => [row.organization_key, spendingOf(row, now)]));
}

/** The running hour, the one before, and the same hours of the days that they are compared with. */
function comparedHours(now: Instant): number[] {
  const hour = hourOf(now);
  return Array.from({ length: SPIKE_DAYS + 1 }, (_, day) => hour - day * HOURS_OF_DAY * HOUR_MS).flatMap((same) => [
    same,
    same - HOUR_MS,
  ]);
}

function spendingOf(row: SpendingRow, now: Instant): HourlySpending {
  const hours = new Map<Instant, { readonly spend: Amount }>();
  for (const { hour, spend } of row.hours ?? []) {
    hours.set(instantOfMilliseconds(hour), { spend: amountOfRow(spend) });
  }
  const { burn_spend: spend, burn_since: since } = row;
  const isBurning = spend !== null && since !== null;
  return {
    burn: isBurning ? burnRateSince(amountOfRow(spend), instantOfMilliseconds(since.getTime()), now) : null,
    hours,
    since: row.since === null ? null : instantOfMilliseconds(row.since.getTime()),
  };
}
