import { assert } from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import type { Queries } from '../connection/queries';
import { inTransaction } from '../connection/transaction';

/**
 * Reads for one organization, on the reader's pool: row-level security shows its rows and no others, also to a
 * statement that forgets to ask for them. All statements see one snapshot, so that what they say agrees.
 */
export async function inOrganization<Result>(
  pool: DatabasePool,
  organizationKey: number,
  work: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  assert(Number.isInteger(organizationKey), 'an organization key is a whole number');
  // One round trip for both; SET takes no parameter, and a whole number needs no quoting.
  const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL floopy.organization_key = ${organizationKey}`;
  return inTransaction(pool, work, begin);
}
