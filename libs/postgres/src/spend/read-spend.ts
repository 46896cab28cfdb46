import { type Amount, type Interval, type Origin, ZERO_AMOUNT } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { COUNT_CHANGE } from '../ledger/count-change';
import { ledgerTypeCodes } from '../ledger/ledger-codes';
import { amountOfRow } from '../ledger/lock-streams';
import { type LabelTextMemory, readLabelTexts } from '../ledger/read-label-texts';

export const SPEND_DIMENSIONS = ['model', 'provider', 'team', 'prompt', 'origin', 'day'] as const;
export type SpendDimension = (typeof SPEND_DIMENSIONS)[number];

export interface SpendQuery {
  readonly organizationKey: number;
  readonly occurred: Interval;
  /** One or two. */
  readonly groupBy: readonly SpendDimension[];
}

/** What was charged for usage that has these values; null stands for usage that states none. */
export interface SpendGroup {
  readonly values: readonly (string | null)[];
  readonly spend: Amount;
  /** Logical requests that counted. */
  readonly requests: number;
}

export interface Spend {
  /** Largest first, at most `MAX_SPEND_GROUPS` of them. */
  readonly groups: readonly SpendGroup[];
  readonly hasMore: boolean;
  /** Of all groups, also those left out. */
  readonly total: Amount;
}

export const MAX_SPEND_GROUPS = 1_000;

interface SpendRow {
  readonly first: string | null;
  readonly second: string | null;
  readonly spend: string;
  readonly requests: string;
  readonly total: string;
}

/** How each dimension is grouped; the text that comes out is read by `valueOf`. */
const EXPRESSIONS: Readonly<Record<SpendDimension, string>> = {
  model: 'model_key',
  provider: 'provider_key',
  team: 'team_key',
  prompt: 'prompt_key',
  origin: 'type',
  day: "to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
};

/** Sums what was charged for usage in an interval, by one or two dimensions. */
export async function readSpend(queries: Queries, query: SpendQuery, memory?: LabelTextMemory): Promise<Spend> {
  const { organizationKey, occurred, groupBy } = query;
  const [first = 'model', second] = groupBy;
  const rows = await queries.query<SpendRow>({
    name: `read_spend_${first}_${second ?? 'only'}`,
    text: `
      SELECT (${EXPRESSIONS[first]})::text AS first,
             (${second === undefined ? 'NULL' : EXPRESSIONS[second]})::text AS second,
             -sum(amount) AS spend,
             sum(${COUNT_CHANGE}) AS requests,
             sum(-sum(amount)) OVER () AS total
        FROM ledger_event
       WHERE organization_key = $1 AND occurred_at >= $2 AND occurred_at < $3 AND request_id IS NOT NULL
       GROUP BY 1, 2
       ORDER BY spend DESC, 1, 2
       LIMIT $4`,
    values: [
      organizationKey,
      timestampOf(occurred.start),
      occurred.end === null ? 'infinity' : timestampOf(occurred.end),
      MAX_SPEND_GROUPS + 1,
    ],
  });
  const shown = rows.slice(0, MAX_SPEND_GROUPS);
  const textOf = await readTexts(queries, query, shown, memory);
  const dimensions = second === undefined ? [first] : [first, second];
  return {
    groups: shown.map((row) => ({
      values: dimensions.map((dimension, index) => textOf(dimension, index === 0 ? row.first : row.second)),
      spend: amountOfRow(row.spend),
      requests: Number(row.requests),
    })),
    hasMore: rows.length > shown.length,
    total: rows[0] === undefined ? ZERO_AMOUNT : amountOfRow(rows[0].total),
  };
}

type TextOf = (dimension: SpendDimension, value: string | null) => string | null;

async function readTexts(
  queries: Queries,
  { organizationKey, groupBy }: SpendQuery,
  rows: readonly SpendRow[],
  memory?: LabelTextMemory,
): Promise<TextOf> {
  const keys = new Set<number>();
  for (const row of rows) {
    for (const [index, dimension] of groupBy.entries()) {
      const value = index === 0 ? row.first : row.second;
      if (isNamed(dimension) && value !== null) keys.add(Number(value));
    }
  }
  const labelText = await readLabelTexts(queries, organizationKey, keys, memory);
  return (dimension, value) => {
    if (value === null) return null;
    if (isNamed(dimension)) return labelText(Number(value));
    return dimension === 'origin' ? originOf(Number(value)) : value;
  };
}

function isNamed(dimension: SpendDimension): boolean {
  return dimension !== 'origin' && dimension !== 'day';
}

/** Posting makes the type of a charge from its origin. */
function originOf(type: number): Origin {
  return ledgerTypeCodes.wordOf(type) === 'playground' ? 'playground' : 'gateway';
}
