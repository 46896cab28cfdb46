import { type Amount, type Instant, type OrganizationId, organizationIdOf, ZERO_AMOUNT } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { amountOfRow } from '../ledger/lock-streams';

/** An organization's balance as it was at an instant. */
export interface BalanceThen {
  readonly organizationId: OrganizationId;
  readonly position: number;
  readonly balance: Amount;
}

/**
 * The balance of every organization as it was at an instant, by id: each ledger is searched as `findPositionAt` does, which
 * takes a look for every doubling of its length.
 */
export async function readBalancesThen(queries: Queries, instant: Instant): Promise<BalanceThen[]> {
  const rows = await queries.query<{ organization_id: string; position: string; balance: string | null }>({
    name: 'read_balances_then',
    text: `
      SELECT organization.organization_id, place.position, entry.balance_after AS balance
        FROM organization
        JOIN organization_head AS head USING (organization_key)
       CROSS JOIN LATERAL (
               WITH RECURSIVE search (low, high) AS (
                 SELECT 0::int8, head.sequence
                  UNION ALL
                 SELECT CASE WHEN middle.recorded_at <= $1 THEN middle.sequence ELSE search.low END,
                        CASE WHEN middle.recorded_at <= $1 THEN search.high ELSE middle.sequence - 1 END
                   FROM search
                  CROSS JOIN LATERAL (SELECT sequence, recorded_at
                                        FROM ledger_event
                                       WHERE ledger_event.organization_key = head.organization_key
                                         AND sequence = (search.low + search.high + 1) / 2
                                       LIMIT 1) AS middle
                  WHERE search.low < search.high
               )
               SELECT low AS position FROM search WHERE low = high
             ) AS place
        LEFT JOIN ledger_event AS entry
               ON entry.organization_key = head.organization_key AND entry.sequence = place.position
       ORDER BY organization.organization_id`,
    values: [timestampOf(instant)],
  });
  return rows.map((row) => ({
    organizationId: organizationIdOf(row.organization_id),
    position: Number(row.position),
    balance: row.balance === null ? ZERO_AMOUNT : amountOfRow(row.balance),
  }));
}

/** The sum of every entry of every ledger that was recorded by an instant; it reads them all. */
export async function sumLedgers(queries: Queries, instant: Instant): Promise<Amount> {
  const rows = await queries.query<{ total: string }>({
    name: 'sum_ledgers',
    text: 'SELECT coalesce(sum(amount), 0)::numeric(38, 10) AS total FROM ledger_event WHERE recorded_at <= $1',
    values: [timestampOf(instant)],
  });
  return amountOfRow(onlyRow(rows).total);
}
