import type { Publication } from '@floopy/application';
import type { Plan } from '@floopy/domain';
import { timestampOf } from '../connection/timestamp';
import type { Transaction } from '../connection/transaction';

/** Inserts a published plan. Its version is the primary key: a number that is taken fails the transaction. */
export async function insertPlan(transaction: Transaction, plan: Plan, publication: Publication): Promise<void> {
  await transaction.query({
    name: 'insert_plan',
    text: `
      INSERT INTO plan_version
        (version, plan_id, content, content_hash, effective_at, published_at, published_by)
      VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      plan.version,
      plan.id,
      publication.content,
      publication.contentHash,
      timestampOf(plan.effectiveAt),
      timestampOf(publication.publishedAt),
      publication.publishedBy,
    ],
  });
}
