import { type HourlySpend, type Instant, instantOfMilliseconds } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { COUNT_CHANGE } from '../ledger/count-change';
import { amountOfRow } from '../ledger/lock-streams';
import { SPEND_FOLLOWER } from './spend-follower';

interface HourRow {
  readonly hour: Date;
  readonly spend: string;
  readonly requests: string;
}

/**
 * What an organization spent in each hour that begins at `since` or later, oldest first, exactly as the ledger says in this
 * snapshot: what the follower has absorbed, and the entries since.
 * @param since the begin of an hour
 */
export async function readHourlySpend(
  queries: Queries,
  organizationKey: number,
  since: Instant,
): Promise<HourlySpend[]> {
  const rows = await queries.query<HourRow>({
    name: 'read_hourly_spend',
    text: `
      WITH spent AS (
             SELECT hour, spend, requests
               FROM hourly_spend
              WHERE organization_key = $1 AND hour >= $2
              UNION ALL
             SELECT date_bin('1 hour', occurred_at, 'epoch'), -amount, ${COUNT_CHANGE}
               FROM ledger_event
              WHERE organization_key = $1 AND request_id IS NOT NULL AND occurred_at >= $2
                AND sequence > coalesce((SELECT sequence FROM follower_checkpoint
                                          WHERE organization_key = $1 AND follower = $3), 0))
      SELECT hour, sum(spend) AS spend, sum(requests) AS requests
        FROM spent
       GROUP BY hour
       ORDER BY hour`,
    values: [organizationKey, timestampOf(since), SPEND_FOLLOWER],
  });
  return rows.map((row) => ({
    hour: instantOfMilliseconds(row.hour.getTime()),
    spend: amountOfRow(row.spend),
    requests: Number(row.requests),
  }));
}
