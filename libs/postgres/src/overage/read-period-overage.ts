import { type BillingPeriod, emptyOverage, type PeriodOverage } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { amountOfRow } from '../ledger/lock-streams';

interface OverageRow {
  readonly requests: string;
  readonly amount: string;
  readonly late_requests: string;
  readonly late_amount: string;
  readonly excess_requests: string;
}

/** What an organization used past its allowance in one billing period; zero of everything where it did not. */
export async function readPeriodOverage(
  queries: Queries,
  organizationKey: number,
  period: BillingPeriod,
): Promise<PeriodOverage> {
  const [row] = await queries.query<OverageRow>({
    name: 'read_period_overage',
    text: `
      SELECT requests, amount, late_requests, late_amount, excess_requests
        FROM period_overage
       WHERE organization_key = $1 AND period_start = $2`,
    values: [organizationKey, timestampOf(period.start)],
  });
  if (row === undefined) return emptyOverage(period);
  return {
    period,
    requests: Number(row.requests),
    amount: amountOfRow(row.amount),
    lateRequests: Number(row.late_requests),
    lateAmount: amountOfRow(row.late_amount),
    excessRequests: Number(row.excess_requests),
  };
}
