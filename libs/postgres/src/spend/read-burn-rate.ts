import { type BurnRate, burnRateSince, burnWindow, type Instant, instantOfMilliseconds } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { amountOfRow } from '../ledger/lock-streams';
import { SPEND_FOLLOWER } from './spend-follower';

/** With more entries behind the checkpoint, a burn rate is not worth reading them: a balance is read often. */
export const MOST_ENTRIES_BEHIND = 10_000;

interface BurnRow {
  readonly spend: string | null;
  readonly since: Date | null;
}

/**
 * What `burnRateOf` makes of the hours of the last week, summed by the database: what the follower has absorbed, and the
 * entries since, as of this snapshot.
 * @returns null when nothing was spent, and when the follower is far behind
 */
export async function readBurnRate(queries: Queries, organizationKey: number, now: Instant): Promise<BurnRate | null> {
  const { start, end } = burnWindow(now);
  const [row] = await queries.query<BurnRow>({
    name: 'read_burn_rate',
    text: `
      SELECT burn.spend, burn.since
        FROM organization_head AS head
        LEFT JOIN follower_checkpoint AS checkpoint
          ON checkpoint.organization_key = head.organization_key AND checkpoint.follower = $4
       CROSS JOIN LATERAL (
               SELECT sum(hourly.spend) AS spend, min(hourly.hour) AS since
                 FROM (SELECT spent.hour, sum(spent.spend) AS spend
                         FROM (SELECT hour, spend
                                 FROM hourly_spend
                                WHERE organization_key = $1 AND hour >= $2 AND hour < $3
                                UNION ALL
                               SELECT date_bin('1 hour', occurred_at, 'epoch'), -amount
                                 FROM ledger_event
                                WHERE organization_key = $1 AND sequence > coalesce(checkpoint.sequence, 0)
                                  AND request_id IS NOT NULL AND occurred_at >= $2 AND occurred_at < $3) AS spent
                        GROUP BY spent.hour
                       HAVING sum(spent.spend) > 0) AS hourly
             ) AS burn
       WHERE head.organization_key = $1 AND head.sequence - coalesce(checkpoint.sequence, 0) <= $5`,
    values: [organizationKey, timestampOf(start), timestampOf(end), SPEND_FOLLOWER, MOST_ENTRIES_BEHIND],
  });
  if (row === undefined || row.spend === null || row.since === null) return null;
  return burnRateSince(amountOfRow(row.spend), instantOfMilliseconds(row.since.getTime()), now);
}
