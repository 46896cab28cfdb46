import type { Publication } from '@floopy/application';
import type { RateCard } from '@floopy/domain';
import { timestampOf } from '../connection/timestamp';
import type { Transaction } from '../connection/transaction';

/** Inserts a published card. Its version is the primary key: a number that is taken fails the transaction. */
export async function insertRateCard(
  transaction: Transaction,
  card: RateCard,
  publication: Publication,
): Promise<void> {
  const { start, end } = card.inForce;
  await transaction.query({
    name: 'insert_rate_card',
    text: `
      INSERT INTO rate_card
        (version, card_id, content, content_hash, in_force_start, in_force_end, published_at, published_by)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [
      card.version,
      card.id,
      publication.content,
      publication.contentHash,
      timestampOf(start),
      end === null ? null : timestampOf(end),
      timestampOf(publication.publishedAt),
      publication.publishedBy,
    ],
  });
}
