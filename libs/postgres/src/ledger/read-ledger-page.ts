import type { Queries } from '../connection/queries';
import type { StoredLedgerEvent } from './map-ledger-row';
import type { LabelTextMemory } from './read-label-texts';
import { isRareType, type LedgerRange, readLedgerEvents } from './read-ledger-events';

export interface LedgerPageQuery extends Omit<LedgerRange, 'order' | 'before'> {
  /** Only events with a lower sequence: the last one of the page before, or one past the end of the stream. */
  readonly before: number;
}

export interface StoredLedgerPage {
  readonly events: readonly StoredLedgerEvent[];
  /** What the next page is read `before`; null when this one reaches the end. */
  readonly nextBefore: number | null;
}

/** Sequences that one page of charges of a single type looks at, so that it is answered in bounded time. */
export const MAX_SEQUENCES_SCANNED = 50_000;

/** Reads one page of a stream, newest first. A page of a single type may hold less than its limit before the last one. */
export async function readLedgerPage(
  queries: Queries,
  query: LedgerPageQuery,
  memory?: LabelTextMemory,
): Promise<StoredLedgerPage> {
  const { before, limit } = query;
  const isScanned = query.type !== undefined && !isRareType(query.type);
  const reach = isScanned ? Math.max(query.after, before - 1 - MAX_SEQUENCES_SCANNED) : query.after;
  const range: LedgerRange = { ...query, after: reach, limit: limit + 1, order: 'newest_first' };
  const found = await readLedgerEvents(queries, range, memory);
  const events = found.slice(0, limit);
  const last = events.at(-1);
  if (found.length > limit && last !== undefined) return { events, nextBefore: last.event.sequence };
  return { events, nextBefore: reach > query.after ? reach + 1 : null };
}
