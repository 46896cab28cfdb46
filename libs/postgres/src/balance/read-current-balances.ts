import {
  type Amount,
  type BillingPeriod,
  type BurnRate,
  burnRateOf,
  burnWindow,
  type Instant,
  instantOfMilliseconds,
} from '@floopy/domain';
import { int4Array, int8Array, timestamptzArray } from '../connection/binary-array';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { amountOfRow } from '../ledger/lock-streams';
import { SPEND_FOLLOWER } from '../spend/spend-follower';
import { hourlySpendOf, SpentHoursMemory, type SpentSince, spentUpTo } from '../spend/spent-hours-memory';

/** With more entries behind the follower, a burn rate is not worth reading them: a balance is read often. */
export const MOST_ENTRIES_BEHIND = 10_000;

export interface BalanceQuestion {
  readonly organizationKey: number;
  /** Whose requests are counted. */
  readonly period: BillingPeriod;
}

/** Where an organization's stream ends, with all that is shown beside it, and read at the same moment. */
export interface CurrentBalance {
  readonly position: number;
  readonly amount: Amount;
  /** When the entry at `position` was recorded; null before the first one. */
  readonly recordedAt: Instant | null;
  readonly requestsUsed: number;
  /** Those of the same period that its plan bills beside credits. */
  readonly requestsOverage: number;
  /** What those have come to. */
  readonly overageIncurred: Amount;
  /** By the hours of the last week; null when nothing was spent, and when the follower of spending is far behind. */
  readonly burn: BurnRate | null;
  /** Numbers of the last change of its terms, and of the last publication: what it is judged by is known by them. */
  readonly termsVersion: number;
  readonly publishedVersion: number;
  readonly journal: HoldTraces;
}

/** What Postgres knows of an organization's holds, wherever they are kept. */
export interface HoldTraces {
  /** Whether the journal has one that is open and not expired. */
  readonly hasOpenHolds: boolean;
  /** Whether it was ever held in a store beside Postgres. */
  readonly isHeld: boolean;
}

interface BalanceRow extends SpentSince {
  readonly organization_key: number;
  readonly sequence: string;
  readonly balance: string;
  readonly recorded_at: Date;
  readonly terms_version: number;
  readonly published_version: string;
  readonly requests_used: string;
  readonly requests_overage: string;
  readonly overage_incurred: string;
  readonly has_open_holds: boolean;
  readonly is_held: boolean;
}

/**
 * Reads balances as they are, any number in one round trip and at one moment; each costs the same after any number of
 * entries. A reader needs no transaction for it: the statement binds itself to each organization in turn.
 * @param spent what the readings before have left, so that this one reads what came since
 * @returns one for each question, in their order; null for an organization that does not exist
 */
export async function readCurrentBalances(
  queries: Queries,
  questions: readonly BalanceQuestion[],
  now: Instant,
  spent: SpentHoursMemory,
): Promise<(CurrentBalance | null)[]> {
  const from = burnWindow(now).start;
  const known = questions.map(({ organizationKey }) => spent.recall(organizationKey));
  const rows = await queries.query<BalanceRow>({
    name: 'read_current_balances',
    text: 'SELECT * FROM read_current_balances($1, $2, $3, $4, $5, $6, $7, $8)',
    values: [
      int4Array(questions.map(({ organizationKey }) => organizationKey)),
      timestamptzArray(questions.map(({ period }) => period.start)),
      timestamptzArray(questions.map(({ period }) => period.end)),
      int8Array(known.map((hours) => hours?.position ?? null)),
      timestampOf(now),
      timestampOf(from),
      SPEND_FOLLOWER,
      MOST_ENTRIES_BEHIND,
    ],
  });
  // Rows come in the order of the questions; those that are missing are of no organization.
  let next = 0;
  return questions.map(({ organizationKey }, index) => {
    const row = rows[next];
    if (row?.organization_key !== organizationKey) return null;
    next += 1;
    const hours = spentUpTo(Number(row.sequence), known[index] ?? null, row, from);
    if (hours !== null) spent.remember(organizationKey, hours);
    return balanceOf(row, hours === null ? null : burnRateOf(hourlySpendOf(hours), now));
  });
}

/** The same of one organization, which exists. */
export async function readCurrentBalance(
  queries: Queries,
  question: BalanceQuestion,
  now: Instant,
): Promise<CurrentBalance> {
  const balance = onlyRow(await readCurrentBalances(queries, [question], now, new SpentHoursMemory()));
  if (balance === null) throw new Error(`there is no organization ${question.organizationKey}`);
  return balance;
}

function balanceOf(row: BalanceRow, burn: BurnRate | null): CurrentBalance {
  const position = Number(row.sequence);
  return {
    position,
    amount: amountOfRow(row.balance),
    recordedAt: position === 0 ? null : instantOfMilliseconds(row.recorded_at.getTime()),
    requestsUsed: Number(row.requests_used),
    requestsOverage: Number(row.requests_overage),
    overageIncurred: amountOfRow(row.overage_incurred),
    burn,
    termsVersion: row.terms_version,
    publishedVersion: Number(row.published_version),
    journal: { hasOpenHolds: row.has_open_holds, isHeld: row.is_held },
  };
}
