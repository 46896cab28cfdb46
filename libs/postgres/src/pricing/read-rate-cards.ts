import { instantOfMilliseconds, type RateCard, readRateCardContent } from '@floopy/domain';
import type { Queries } from '../connection/queries';

interface RateCardRow {
  readonly version: number;
  readonly content: string;
  readonly content_hash: string;
  readonly published_at: Date;
}

/** Every published card, oldest version first. A card is read from its content alone, which is what its hash covers. */
export async function readRateCards(queries: Queries): Promise<RateCard[]> {
  const rows = await queries.query<RateCardRow>({
    name: 'read_rate_cards',
    text: `
      SELECT version, content, content_hash, published_at
        FROM rate_card
       ORDER BY version`,
  });
  return rows.map((row) => ({
    ...readRateCardContent(row.content),
    version: row.version,
    contentHash: row.content_hash,
    publishedAt: instantOfMilliseconds(row.published_at.getTime()),
  }));
}
