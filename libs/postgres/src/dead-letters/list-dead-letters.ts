import type { DeadLetterSelection, LockedLetter } from '@floopy/application';
import { type DeadLetterReason, type Fault, type Instant, instantOfMilliseconds } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { IS_SELECTED, selectionValues } from './selected-letters';

export interface DeadLetterFilter extends DeadLetterSelection {
  /** Any when absent. */
  readonly status?: LockedLetter['status'];
}

export interface ListedDeadLetter {
  readonly letterKey: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly status: LockedLetter['status'];
  readonly reason: DeadLetterReason;
  readonly faults: readonly Fault[];
  readonly organizationId: string | null;
  readonly source: string | null;
  readonly eventId: string | null;
  readonly appendedAt: Instant;
  readonly parkedAt: Instant;
  /** Null while it is parked. */
  readonly resolvedAt: Instant | null;
}

export interface ListedRow {
  readonly dead_letter_key: string;
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly status: LockedLetter['status'];
  readonly reason: DeadLetterReason;
  readonly faults: readonly Fault[];
  readonly organization_id: string | null;
  readonly source: string | null;
  readonly event_id: string | null;
  readonly appended_at: Date;
  readonly parked_at: Date;
  readonly resolved_at: Date | null;
}

/** The columns of a `ListedRow`. */
export const LISTED_COLUMNS =
  'dead_letter_key, topic, partition, record_offset, status, reason, faults, organization_id, source, event_id, ' +
  'appended_at, parked_at, resolved_at';

/** Dead letters, the last that was parked first, below a key where one is given. */
export async function listDeadLetters(
  queries: Queries,
  filter: DeadLetterFilter,
  { below, limit }: { readonly below: number | null; readonly limit: number },
): Promise<ListedDeadLetter[]> {
  const rows = await queries.query<ListedRow>({
    text: `
      SELECT ${LISTED_COLUMNS}
        FROM dead_letter
        JOIN ingest_partition USING (partition_key)
       WHERE ${IS_SELECTED}
         AND ($10::text IS NULL OR status = $10)
         AND ($11::int8 IS NULL OR dead_letter_key < $11)
       ORDER BY dead_letter_key DESC
       LIMIT $12`,
    values: [...selectionValues(filter), filter.status ?? null, below, limit],
  });
  return rows.map(mapListedRow);
}

export function mapListedRow(row: ListedRow): ListedDeadLetter {
  const { topic, partition, status, reason, faults, source, resolved_at: resolvedAt } = row;
  return {
    letterKey: Number(row.dead_letter_key),
    topic,
    partition,
    offset: Number(row.record_offset),
    status,
    reason,
    faults,
    organizationId: row.organization_id,
    source,
    eventId: row.event_id,
    appendedAt: instantOfMilliseconds(row.appended_at.getTime()),
    parkedAt: instantOfMilliseconds(row.parked_at.getTime()),
    resolvedAt: resolvedAt === null ? null : instantOfMilliseconds(resolvedAt.getTime()),
  };
}
