import { instantOfMilliseconds, type Instant, type Interval, type Origin } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { causeKindCodes, ledgerTypeCodes } from '../ledger/ledger-codes';
import { LEDGER_COLUMNS, type StoredLedgerEvent, type StoredLedgerRow } from '../ledger/map-ledger-row';
import type { LabelTextMemory } from '../ledger/read-label-texts';
import { type LedgerRange, mapLedgerRows } from '../ledger/read-ledger-events';
import { findNameKey } from './find-name-key';

/** A place in the request log, which goes from the latest `occurredAt` back; ties go by sequence. */
export interface LogPlace {
  readonly occurredAt: Instant;
  readonly sequence: number;
}

export interface RequestLogFilter {
  readonly model?: string;
  readonly provider?: string;
  readonly teamId?: string;
  readonly promptId?: string;
  readonly origin?: Origin;
}

export interface RequestLogQuery extends Pick<LedgerRange, 'organizationKey' | 'organizationId' | 'limit'> {
  readonly occurred: Interval;
  /** Entries past this position are left out: pages of one log agree, whatever is appended while they are read. */
  readonly until: number;
  /** Only what comes after this place. */
  readonly below: LogPlace | null;
  readonly filter: RequestLogFilter;
}

export interface RequestLogPage {
  readonly charges: readonly StoredLedgerEvent[];
  /** Where the next page begins; null when this one reaches the end. A page may hold less than its limit before that. */
  readonly next: LogPlace | null;
}

/** Rows that one page looks at: a filter that matches little is answered in bounded time, and goes on in the next page. */
export const MAX_ROWS_SCANNED = 20_000;

type ScannedRow = StoredLedgerRow & { readonly matches: boolean };

/** Reads one page of an organization's usage by the time it was served, latest first. */
export async function readRequestLog(
  queries: Queries,
  query: RequestLogQuery,
  memory?: LabelTextMemory,
): Promise<RequestLogPage> {
  const keys = await findFilterKeys(queries, query);
  if (keys === null) return { charges: [], next: null };
  const rows = await scan(queries, query, keys);
  const found = rows.filter((row) => row.matches);
  const page = found.slice(0, query.limit);
  const charges = await mapLedgerRows(queries, query, page, memory);
  return { charges, next: placeAfter(rows, found, query.limit) };
}

/** Full: after its last entry. Not full: after the last row looked at, unless that was the last there is. */
function placeAfter(rows: readonly ScannedRow[], found: readonly ScannedRow[], limit: number): LogPlace | null {
  const last = found.length > limit ? found[limit - 1] : rows.find((row) => !row.matches);
  if (last === undefined) return null;
  return { occurredAt: instantOfMilliseconds(last.occurred_at.getTime()), sequence: Number(last.sequence) };
}

interface FilterKeys {
  readonly model: number | null;
  readonly provider: number | null;
  readonly team: number | null;
  readonly prompt: number | null;
}

/** Null when the filter names what this organization's ledger has never named: nothing can match. */
async function findFilterKeys(
  queries: Queries,
  { organizationKey, filter }: RequestLogQuery,
): Promise<FilterKeys | null> {
  const wanted = { model: filter.model, provider: filter.provider, team: filter.teamId, prompt: filter.promptId };
  const keys: Record<keyof FilterKeys, number | null> = { model: null, provider: null, team: null, prompt: null };
  for (const [column, name] of Object.entries(wanted) as [keyof FilterKeys, string | undefined][]) {
    if (name === undefined) continue;
    const key = await findNameKey(queries, organizationKey, name);
    if (key === null) return null;
    keys[column] = key;
  }
  return keys;
}

async function scan(queries: Queries, query: RequestLogQuery, keys: FilterKeys): Promise<ScannedRow[]> {
  const { organizationKey, occurred, until, below, filter, limit } = query;
  const isFiltered = Object.keys(filter).length > 0;
  const end = occurred.end === null ? 'infinity' : timestampOf(occurred.end);
  return queries.query<ScannedRow>({
    name: 'read_request_log',
    text: `
      WITH scanned AS MATERIALIZED (
        SELECT ${LEDGER_COLUMNS}
          FROM ledger_event
         WHERE organization_key = $1
           AND occurred_at >= $2
           -- The second condition alone decides; the first one leads into the index.
           AND occurred_at <= $3
           AND (occurred_at, sequence) < ($3, $4)
           AND sequence <= $5
           AND request_id IS NOT NULL AND cause_kind = ${causeKindCodes.codeOf('usage_event')}
         ORDER BY occurred_at DESC, sequence DESC
         LIMIT $6
      )
      (SELECT *, true AS matches
         FROM scanned
        WHERE ($7::int4 IS NULL OR model_key = $7)
          AND ($8::int4 IS NULL OR provider_key = $8)
          AND ($9::int4 IS NULL OR team_key = $9)
          AND ($10::int4 IS NULL OR prompt_key = $10)
          AND ($11::int2 IS NULL OR type = $11)
        ORDER BY occurred_at DESC, sequence DESC
        LIMIT $12)
      UNION ALL
      -- Where the scan was cut off, if it was.
      (SELECT *, false
         FROM scanned
        WHERE (SELECT count(*) FROM scanned) = $6
        ORDER BY occurred_at, sequence
        LIMIT 1)`,
    values: [
      organizationKey,
      timestampOf(occurred.start),
      below === null ? end : timestampOf(below.occurredAt),
      // Without a place to go on from: no sequence is below 0, so that what occurred at the end itself is left out.
      below?.sequence ?? 0,
      until,
      isFiltered ? MAX_ROWS_SCANNED : limit + 1,
      keys.model,
      keys.provider,
      keys.team,
      keys.prompt,
      filter.origin === undefined ? null : originTypes[filter.origin],
      limit + 1,
    ],
  });
}

/** Posting makes the type of a charge from its origin. */
const originTypes: Readonly<Record<Origin, number>> = {
  gateway: ledgerTypeCodes.codeOf('request'),
  playground: ledgerTypeCodes.codeOf('playground'),
};
