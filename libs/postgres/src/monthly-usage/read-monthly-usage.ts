import { instantOfMilliseconds, type Interval, type MonthlyUsage } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { originCodes } from '../ledger/ledger-codes';
import { amountOfRow } from '../ledger/lock-streams';

interface MonthRow {
  readonly period_start: Date;
  readonly period_end: Date;
  readonly origin: number;
  readonly requests: string;
  readonly spend: string;
}

/** What an organization used in every billing period that begins in `interval`, oldest first, each origin by itself. */
export async function readMonthlyUsage(
  queries: Queries,
  organizationKey: number,
  interval: Interval,
): Promise<MonthlyUsage[]> {
  const rows = await queries.query<MonthRow>({
    name: 'read_monthly_usage',
    text: `
      SELECT period_start, period_end, origin, requests, spend
        FROM monthly_usage
       WHERE organization_key = $1 AND period_start >= $2 AND ($3::timestamptz IS NULL OR period_start < $3)
       ORDER BY period_start, origin`,
    values: [organizationKey, timestampOf(interval.start), interval.end === null ? null : timestampOf(interval.end)],
  });
  return rows.map((row) => ({
    periodStart: instantOfMilliseconds(row.period_start.getTime()),
    periodEnd: instantOfMilliseconds(row.period_end.getTime()),
    origin: originCodes.wordOf(row.origin),
    requests: Number(row.requests),
    spend: amountOfRow(row.spend),
  }));
}
