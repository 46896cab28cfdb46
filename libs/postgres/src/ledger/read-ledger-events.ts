import type { LedgerType, OrganizationId } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { ledgerTypeCodes } from './ledger-codes';
import {
  labelKeysOf,
  LEDGER_COLUMNS,
  mapLedgerRow,
  type StoredLedgerEvent,
  type StoredLedgerRow,
} from './map-ledger-row';
import { type LabelTextMemory, readLabelTexts } from './read-label-texts';

/** A stretch of one organization's stream. */
export interface LedgerRange {
  readonly organizationKey: number;
  readonly organizationId: OrganizationId;
  /** Only events with a higher sequence; 0 begins with the first. */
  readonly after: number;
  /** Only events with a lower sequence; the end of the stream when absent. */
  readonly before?: number;
  /** Only this type. Unless it is a rare one, rows of other types are passed over one by one: bound the range. */
  readonly type?: LedgerType;
  readonly order: 'oldest_first' | 'newest_first';
  readonly limit: number;
}

/**
 * Reads a stretch of a stream by its primary key. What is committed never changes, so that a reader who goes on after
 * the last sequence it has seen gets every event once, whatever is appended meanwhile.
 */
export async function readLedgerEvents(
  queries: Queries,
  range: LedgerRange,
  memory?: LabelTextMemory,
): Promise<StoredLedgerEvent[]> {
  const newestFirst = range.order === 'newest_first';
  const isRare = range.type !== undefined && isRareType(range.type);
  const rows = await queries.query<StoredLedgerRow>({
    name: `read_ledger_events_${newestFirst ? 'down' : 'up'}${isRare ? '_rare' : ''}`,
    text: `
      SELECT ${LEDGER_COLUMNS}
        FROM ledger_event
       WHERE organization_key = $1 AND sequence > $2 AND sequence < $3 AND ($4::int2 IS NULL OR type = $4)
             ${isRare ? 'AND request_id IS NULL' : ''}
       ORDER BY sequence ${newestFirst ? 'DESC' : 'ASC'}
       LIMIT $5`,
    values: [
      range.organizationKey,
      range.after,
      range.before ?? Number.MAX_SAFE_INTEGER,
      range.type === undefined ? null : ledgerTypeCodes.codeOf(range.type),
      range.limit,
    ],
  });
  return mapLedgerRows(queries, range, rows, memory);
}

/** Types that no usage has: few among many, and found by an index of their own. */
export function isRareType(type: LedgerType): boolean {
  return type === 'payment' || type === 'adjustment';
}

/** Maps rows of one organization, reading the names that they point at. */
export async function mapLedgerRows(
  queries: Queries,
  { organizationKey, organizationId }: Pick<LedgerRange, 'organizationKey' | 'organizationId'>,
  rows: readonly StoredLedgerRow[],
  memory?: LabelTextMemory,
): Promise<StoredLedgerEvent[]> {
  const labelText = await readLabelTexts(queries, organizationKey, labelKeysOf(rows), memory);
  return rows.map((row) => mapLedgerRow(row, organizationId, labelText));
}
