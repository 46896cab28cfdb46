import {
  addAmounts,
  type AlertSpending,
  type Amount,
  type BurnRate,
  burnRateSince,
  burnWindow,
  HOUR_MS,
  hourOf,
  type Instant,
  instantOfMilliseconds,
  SPIKE_DAYS,
  ZERO_AMOUNT,
} from '@floopy/domain';
import { int4Array, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { amountOfRow } from '../ledger/lock-streams';
import { SPEND_FOLLOWER } from './spend-follower';

export type HourlySpending = Omit<AlertSpending, 'teams'>;

interface SpendingRow {
  readonly organization_key: number;
  readonly burn_spend: string;
  readonly burn_since: Date | null;
  /** The compared hours, each as milliseconds since 1970; one may come twice, absorbed and not. */
  readonly hours: readonly number[];
  readonly spends: readonly string[];
  readonly since: Date | null;
}

const HOURS_OF_DAY = 24;

/**
 * What organizations spent lately, exactly as the ledger says in this snapshot: what the follower has absorbed, and the
 * entries since. It reads a week of hours of each; what is absorbed and what is not are summed by themselves, since nothing else
 * costs as much as bringing them together hour by hour.
 */
export async function readHourlySpending(
  queries: Queries,
  organizationKeys: readonly number[],
  now: Instant,
): Promise<Map<number, HourlySpending>> {
  if (organizationKeys.length === 0) return new Map();
  const { start, end } = burnWindow(now);
  const rows = await queries.query<SpendingRow>({
    name: 'read_hourly_spending',
    text: `
      SELECT wanted.organization_key, absorbed.burn_spend + later.burn_spend AS burn_spend,
             least(absorbed.burn_since, later.burn_since) AS burn_since,
             compared.hours || later.hours AS hours, compared.spends || later.spends AS spends,
             least((SELECT min(hour) FROM hourly_spend WHERE organization_key = wanted.organization_key),
                   later.burn_since) AS since
        FROM unnest($1::int4[]) AS wanted (organization_key)
       CROSS JOIN LATERAL (
               SELECT coalesce(sum(spend), 0) AS burn_spend, min(hour) AS burn_since
                 FROM hourly_spend
                WHERE organization_key = wanted.organization_key AND hour >= $2 AND hour < $3 AND spend > 0
             ) AS absorbed
       CROSS JOIN LATERAL (
               SELECT coalesce(array_agg((extract(epoch FROM hour) * 1000)::float8), '{}') AS hours,
                      coalesce(array_agg(spend::text), '{}') AS spends
                 FROM hourly_spend
                WHERE organization_key = wanted.organization_key AND hour = ANY ($4::timestamptz[])
             ) AS compared
       CROSS JOIN LATERAL (
               SELECT coalesce(sum(spend) FILTER (WHERE hour >= $2 AND spend > 0), 0) AS burn_spend,
                      min(hour) FILTER (WHERE hour >= $2 AND spend > 0) AS burn_since,
                      coalesce(array_agg((extract(epoch FROM hour) * 1000)::float8)
                               FILTER (WHERE hour = ANY ($4::timestamptz[])), '{}') AS hours,
                      coalesce(array_agg(spend::text) FILTER (WHERE hour = ANY ($4::timestamptz[])), '{}') AS spends
                 FROM (SELECT date_bin('1 hour', occurred_at, 'epoch') AS hour, sum(-amount) AS spend
                         FROM ledger_event
                        WHERE organization_key = wanted.organization_key AND request_id IS NOT NULL
                          AND sequence > coalesce((SELECT sequence
                                                     FROM follower_checkpoint AS checkpoint
                                                    WHERE checkpoint.organization_key = wanted.organization_key
                                                      AND follower = $5), 0)
                          AND occurred_at >= $2::timestamptz - interval '1 hour' AND occurred_at < $3
                        GROUP BY 1) AS spent
             ) AS later`,
    values: [
      int4Array(organizationKeys),
      timestampOf(start),
      timestampOf(end),
      timestamptzArray(comparedHours(now)),
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
  row.hours.forEach((milliseconds, index) => {
    const hour = instantOfMilliseconds(milliseconds);
    const spend = amountOfRow(row.spends[index] ?? '');
    hours.set(hour, { spend: addAmounts(hours.get(hour)?.spend ?? ZERO_AMOUNT, spend) });
  });
  const { burn_spend: spend, burn_since: since } = row;
  return {
    burn: since === null ? null : burnRateOfRow(spend, since, now),
    hours,
    since: row.since === null ? null : instantOfMilliseconds(row.since.getTime()),
  };
}

function burnRateOfRow(spend: string, since: Date, now: Instant): BurnRate {
  return burnRateSince(amountOfRow(spend), instantOfMilliseconds(since.getTime()), now);
}
