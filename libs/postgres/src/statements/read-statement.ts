import {
  type BillingPeriod,
  drawStatement,
  type Instant,
  instantOfMilliseconds,
  type Statement,
  type StatementEnd,
  type StatementMovement,
} from '@floopy/domain';
import { readBalanceAt } from '../balance/read-balance-at';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { findPositionAt } from '../ledger/find-position-at';
import { causeKindCodes, ledgerTypeCodes } from '../ledger/ledger-codes';
import { amountOfRow } from '../ledger/lock-streams';

const CORRECTIONS = [causeKindCodes.codeOf('reversal'), causeKindCodes.codeOf('reprice')].join(', ');

interface MovementRow {
  readonly type: number;
  readonly corrects: boolean;
  readonly is_late: boolean;
  readonly entries: string;
  readonly amount: string;
}

/**
 * What moved an organization's balance in a period, by when it was recorded; so far, when the period is not over. It sums
 * every entry of the period. The caller reads in one snapshot.
 */
export async function readStatement(
  queries: Queries,
  organizationKey: number,
  period: BillingPeriod,
): Promise<Statement> {
  const opening = await readEnd(queries, organizationKey, period.start);
  const closing = await readEnd(queries, organizationKey, period.end);
  const movements = await readMovements(queries, organizationKey, [opening.position, closing.position], period);
  return drawStatement({ period, opening, closing }, movements);
}

/** The last position that was recorded before an instant. */
async function readEnd(queries: Queries, organizationKey: number, instant: Instant): Promise<StatementEnd> {
  const before = instantOfMilliseconds(Math.max(0, instant - 1));
  const position = instant === 0 ? 0 : await findPositionAt(queries, organizationKey, before);
  const balance = await readBalanceAt(queries, organizationKey, position);
  if (balance === null) throw new Error(`the ledger has no entry at ${position}`);
  return { position, balance: balance.amount };
}

async function readMovements(
  queries: Queries,
  organizationKey: number,
  [after, through]: readonly [number, number],
  { start }: BillingPeriod,
): Promise<StatementMovement[]> {
  const rows = await queries.query<MovementRow>({
    name: 'read_statement_movements',
    text: `
      SELECT type, cause_kind IN (${CORRECTIONS}) AS corrects, occurred_at < $4 AS is_late,
             count(*) AS entries, sum(amount) AS amount
        FROM ledger_event
       WHERE organization_key = $1 AND sequence > $2 AND sequence <= $3
       GROUP BY 1, 2, 3`,
    values: [organizationKey, after, through, timestampOf(start)],
  });
  return rows.map((row) => ({
    type: ledgerTypeCodes.wordOf(row.type),
    corrects: row.corrects,
    isLate: row.is_late,
    entries: Number(row.entries),
    amount: amountOfRow(row.amount),
  }));
}
