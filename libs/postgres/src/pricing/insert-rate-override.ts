import type { Publication } from '@floopy/application';
import { assert, type RateOverride } from '@floopy/domain';
import { timestampOf } from '../connection/timestamp';
import type { Transaction } from '../connection/transaction';

/** Inserts a published override of an organization that exists. A version that is taken fails the transaction. */
export async function insertRateOverride(
  transaction: Transaction,
  override: RateOverride,
  publication: Publication,
): Promise<void> {
  const { start, end } = override.inForce;
  const inserted = await transaction.query({
    name: 'insert_rate_override',
    text: `
      INSERT INTO rate_override
        (organization_key, version, override_id, content, content_hash,
         in_force_start, in_force_end, published_at, published_by)
      SELECT organization_key, $2, $3, $4, $5, $6, $7, $8, $9
        FROM organization
       WHERE organization_id = $1
      RETURNING version`,
    values: [
      override.organizationId,
      override.version,
      override.id,
      publication.content,
      publication.contentHash,
      timestampOf(start),
      end === null ? null : timestampOf(end),
      timestampOf(publication.publishedAt),
      publication.publishedBy,
    ],
  });
  assert(inserted.length === 1, 'an override is published for an organization that was found before');
}
