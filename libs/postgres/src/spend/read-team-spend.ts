import type { TeamUse } from '@floopy/application';
import type { BillingPeriod } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { COUNT_CHANGE } from '../ledger/count-change';
import { amountOfRow } from '../ledger/lock-streams';
import { SPEND_FOLLOWER } from './spend-follower';

interface TeamRow {
  readonly team_id: string | null;
  readonly spend: string;
  readonly requests: string;
}

/**
 * What each team spent in a billing period, exactly as the ledger says in this snapshot, and on a line of its own what no
 * team is named for: what the follower has absorbed, and the entries since. Where the follower is far behind, there are many.
 */
export async function readTeamSpend(
  queries: Queries,
  organizationKey: number,
  period: BillingPeriod,
): Promise<TeamUse[]> {
  const rows = await queries.query<TeamRow>({
    name: 'read_team_spend',
    text: `
      WITH spent AS (
             SELECT team_key, spend, requests
               FROM team_spend
              WHERE organization_key = $1 AND period_start = $2
              UNION ALL
             SELECT coalesce(team_key, 0), -amount, ${COUNT_CHANGE}
               FROM ledger_event
              WHERE organization_key = $1 AND request_id IS NOT NULL AND occurred_at >= $2 AND occurred_at < $3
                AND sequence > coalesce((SELECT sequence FROM follower_checkpoint
                                          WHERE organization_key = $1 AND follower = $4), 0)),
           summed AS (
             SELECT team_key, sum(spend) AS spend, sum(requests) AS requests FROM spent GROUP BY team_key)
      SELECT label.value AS team_id, summed.spend, summed.requests
        FROM summed
        LEFT JOIN label ON label.organization_key = $1 AND label.label_key = summed.team_key
       ORDER BY label.value NULLS LAST`,
    values: [organizationKey, timestampOf(period.start), timestampOf(period.end), SPEND_FOLLOWER],
  });
  return rows.map((row) => ({
    teamId: row.team_id,
    spend: amountOfRow(row.spend),
    requests: Number(row.requests),
  }));
}
