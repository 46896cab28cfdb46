import { type Amount, type BillingPeriod, negateAmount, type PeriodUse } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { amountOfRow } from '../ledger/lock-streams';

interface UseRow {
  readonly team_id: string | null;
  readonly amount: string;
  readonly requests: string;
}

/** What an organization has used of one billing period, from its ledger. Reads every charge of the period. */
export async function readPeriodUse(
  queries: Queries,
  organizationKey: number,
  period: BillingPeriod,
): Promise<PeriodUse> {
  const rows = await queries.query<UseRow>({
    name: 'read_period_use',
    text: `
      SELECT label.value AS team_id, used.amount, used.requests
        FROM (SELECT team_key, sum(amount) AS amount, count(*) FILTER (WHERE counted) AS requests
                FROM ledger_event
               WHERE organization_key = $1 AND occurred_at >= $2 AND occurred_at < $3 AND request_id IS NOT NULL
               GROUP BY team_key) AS used
        LEFT JOIN label ON label.organization_key = $1 AND label.label_key = used.team_key`,
    values: [organizationKey, timestampOf(period.start), timestampOf(period.end)],
  });
  const teamSpend = new Map<string, Amount>();
  for (const row of rows) if (row.team_id !== null) teamSpend.set(row.team_id, negateAmount(amountOfRow(row.amount)));
  return {
    periodStart: period.start,
    requests: rows.reduce((sum, row) => sum + Number(row.requests), 0),
    teamSpend,
  };
}
