import type { Amount, BillingPeriod, PeriodUse } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { readTeamSpend } from '../spend/read-team-spend';

/** What an organization has used of one billing period: what the follower of spend has absorbed, and the entries since. */
export async function readPeriodUse(
  queries: Queries,
  organizationKey: number,
  period: BillingPeriod,
): Promise<PeriodUse> {
  const uses = await readTeamSpend(queries, organizationKey, period);
  const teamSpend = new Map<string, Amount>();
  for (const { teamId, spend } of uses) if (teamId !== null) teamSpend.set(teamId, spend);
  return {
    periodStart: period.start,
    requests: uses.reduce((sum, use) => sum + use.requests, 0),
    teamSpend,
  };
}
