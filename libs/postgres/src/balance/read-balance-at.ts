import { type Amount, type Instant, instantOfMilliseconds } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { amountOfRow } from '../ledger/lock-streams';

/** The balance after one entry. */
export interface BalanceAtPosition {
  readonly amount: Amount;
  /** When the entry was recorded; null at position 0. */
  readonly recordedAt: Instant | null;
}

/**
 * Reads the balance as it was at a position, from the entry there. Position 0 is the place before the first entry.
 * @returns null when the stream has no such position.
 */
export async function readBalanceAt(
  queries: Queries,
  organizationKey: number,
  position: number,
): Promise<BalanceAtPosition | null> {
  const rows = await queries.query<{ amount: string; recorded_at: Date | null }>({
    name: 'read_balance_at',
    text: `
      SELECT balance_after AS amount, recorded_at
        FROM ledger_event
       WHERE organization_key = $1 AND sequence = $2
       UNION ALL
      SELECT 0::numeric(38, 10), NULL WHERE $2 = 0::int8`,
    values: [organizationKey, position],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const recordedAt = row.recorded_at === null ? null : instantOfMilliseconds(row.recorded_at.getTime());
  return { amount: amountOfRow(row.amount), recordedAt };
}
