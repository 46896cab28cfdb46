import { type BillingPeriod, type CarriedOverage, instantOfMilliseconds } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { amountOfRow } from '../ledger/lock-streams';

interface CarriedRow {
  readonly source_start: Date;
  readonly source_end: Date;
  readonly requests: string;
  readonly amount: string;
}

/** What late usage of earlier periods brings onto the invoice of this one, oldest period first. */
export async function readCarriedOverage(
  queries: Queries,
  organizationKey: number,
  into: BillingPeriod,
): Promise<CarriedOverage[]> {
  const rows = await queries.query<CarriedRow>({
    name: 'read_carried_overage',
    text: `
      SELECT source_start, source_end, requests, amount
        FROM carried_overage
       WHERE organization_key = $1 AND into_start = $2
       ORDER BY source_start`,
    values: [organizationKey, timestampOf(into.start)],
  });
  return rows.map((row) => ({
    source: {
      start: instantOfMilliseconds(row.source_start.getTime()),
      end: instantOfMilliseconds(row.source_end.getTime()),
    },
    into,
    requests: Number(row.requests),
    amount: amountOfRow(row.amount),
  }));
}
