import { type Amount, type Instant, instantOfMilliseconds } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { amountOfRow } from '../ledger/lock-streams';

/** Where an organization's stream ends, with the requests that counted in one billing period. */
export interface StoredBalance {
  readonly position: number;
  readonly amount: Amount;
  /** When the entry at `position` was recorded; null before the first one. */
  readonly recordedAt: Instant | null;
  readonly requestsUsed: number;
  /** Those of the same period that its plan bills beside credits. */
  readonly requestsOverage: number;
  /** Numbers of the last change of its terms, and of the last publication: what it is judged by is known by them. */
  readonly termsVersion: number;
  readonly publishedVersion: number;
}

interface BalanceRow {
  readonly sequence: string;
  readonly balance: string;
  readonly recorded_at: Date;
  readonly requests_used: string;
  readonly requests_overage: string;
  readonly terms_version: number;
  readonly published_version: string;
}

/** Reads the balance as it is, in one statement over primary keys alone: it costs the same after any number of entries. */
export async function readBalance(
  queries: Queries,
  organizationKey: number,
  periodStart: Instant,
): Promise<StoredBalance> {
  const rows = await queries.query<BalanceRow>({
    name: 'read_balance',
    text: `
      SELECT sequence, balance, recorded_at, terms_version,
             (SELECT version FROM published_prices) AS published_version,
             (SELECT coalesce(sum(requests), 0)
                FROM monthly_usage
               WHERE organization_key = $1 AND period_start = $2) AS requests_used,
             coalesce((SELECT requests + late_requests
                         FROM period_overage
                        WHERE organization_key = $1 AND period_start = $2), 0) AS requests_overage
        FROM organization_head
       WHERE organization_key = $1`,
    values: [organizationKey, timestampOf(periodStart)],
  });
  const row = onlyRow(rows);
  const position = Number(row.sequence);
  return {
    position,
    amount: amountOfRow(row.balance),
    recordedAt: position === 0 ? null : instantOfMilliseconds(row.recorded_at.getTime()),
    requestsUsed: Number(row.requests_used),
    requestsOverage: Number(row.requests_overage),
    termsVersion: row.terms_version,
    publishedVersion: Number(row.published_version),
  };
}
