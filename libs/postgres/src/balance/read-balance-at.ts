import type { BillingPeriod } from '@floopy/domain';
import { timestampOf } from '../connection/timestamp';
import type { Queries } from '../connection/queries';
import { type BalanceRow, mapBalance, type StoredBalance } from './read-balance';

/**
 * Reads the balance as it was at a position, from the ledger itself: what the entry there says, and the requests of a
 * period that had counted by then. @returns null when the stream has no such position; 0 is the place before its first.
 */
export async function readBalanceAt(
  queries: Queries,
  organizationKey: number,
  position: number,
  period: BillingPeriod,
): Promise<StoredBalance | null> {
  const rows = await queries.query<BalanceRow>({
    name: 'read_balance_at',
    text: `
      SELECT $2::int8 AS position,
             coalesce(entry.balance_after, 0.0000000000) AS amount,
             entry.recorded_at,
             (SELECT count(*)
                FROM ledger_event
               WHERE organization_key = $1 AND occurred_at >= $3 AND occurred_at < $4
                 AND sequence <= $2 AND counted) AS requests_used
        FROM (SELECT 1) AS one
        LEFT JOIN ledger_event AS entry ON entry.organization_key = $1 AND entry.sequence = $2
       WHERE $2 = 0 OR entry.sequence IS NOT NULL`,
    values: [organizationKey, position, timestampOf(period.start), timestampOf(period.end)],
  });
  const [row] = rows;
  return row === undefined ? null : mapBalance(row);
}
