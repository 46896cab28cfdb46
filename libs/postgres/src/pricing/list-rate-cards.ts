import { type Instant, instantOfMilliseconds, type Interval } from '@floopy/domain';
import type { Queries } from '../connection/queries';

/** A published version without its prices. */
export interface RateCardSummary {
  readonly version: number;
  readonly id: string;
  readonly contentHash: string;
  readonly inForce: Interval;
  readonly publishedAt: Instant;
  readonly publishedBy: string;
}

interface SummaryRow {
  readonly version: number;
  readonly card_id: string;
  readonly content_hash: string;
  readonly in_force_start: Date;
  readonly in_force_end: Date | null;
  readonly published_at: Date;
  readonly published_by: string;
}

/** Every published version, newest first; what an operator sees before asking for one of them. */
export async function listRateCards(queries: Queries): Promise<RateCardSummary[]> {
  const rows = await queries.query<SummaryRow>({
    name: 'list_rate_cards',
    text: `
      SELECT version, card_id, content_hash, in_force_start, in_force_end, published_at, published_by
        FROM rate_card
       ORDER BY version DESC`,
  });
  return rows.map((row) => ({
    version: row.version,
    id: row.card_id,
    contentHash: row.content_hash,
    inForce: {
      start: instantOf(row.in_force_start),
      end: row.in_force_end === null ? null : instantOf(row.in_force_end),
    },
    publishedAt: instantOf(row.published_at),
    publishedBy: row.published_by,
  }));
}

function instantOf(date: Date): Instant {
  return instantOfMilliseconds(date.getTime());
}
