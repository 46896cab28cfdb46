import { assert } from '@floopy/domain';
import { type BorrowedClient, borrowClient } from '../connection/borrow-client';
import type { DatabaseClient, DatabasePool } from '../connection/pool';
import { type Queries, queriesOf } from '../connection/queries';

/**
 * Reads for one organization, on the reader's pool: row-level security shows its rows and no others, also to a
 * statement that forgets to ask for them. All statements see one snapshot, so that what they say agrees.
 *
 * The pool must be one that pipelines: BEGIN travels together with the first statement, and nobody waits for the end of
 * a transaction that wrote nothing.
 */
export async function inOrganization<Result>(
  pool: DatabasePool,
  organizationKey: number,
  work: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  const { begun, ...borrowed } = await begin(pool, organizationKey);
  try {
    // Unless it has begun, nothing that was read counts: it was not bound to the organization.
    const [result] = await Promise.all([work(queriesOf(borrowed.client)), begun]);
    return result;
  } finally {
    void endAndRelease(borrowed);
  }
}

/**
 * As `inOrganization`, for statements that are all begun at once: the whole transaction travels together, and is one
 * round trip. One that waits for another's answer would come after its end, where the session is bound to nothing and
 * sees no row.
 */
export async function readOnceInOrganization<Result>(
  pool: DatabasePool,
  organizationKey: number,
  read: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  const { begun, ...borrowed } = await begin(pool, organizationKey);
  const reading = start(read, borrowed.client);
  void endAndRelease(borrowed);
  const [result] = await Promise.all([reading, begun]);
  return result;
}

/** Sends the statements before it returns; also what fails before that is a rejection. */
async function start<Result>(read: (queries: Queries) => Promise<Result>, client: DatabaseClient): Promise<Result> {
  return read(queriesOf(client));
}

interface BegunTransaction extends BorrowedClient {
  readonly begun: Promise<unknown>;
}

async function begin(pool: DatabasePool, organizationKey: number): Promise<BegunTransaction> {
  assert(Number.isInteger(organizationKey), 'an organization key is a whole number');
  assert(pool.options.pipeline === true, 'a reader pipelines');
  const borrowed = await borrowClient(pool);
  // SET takes no parameter, and a whole number needs no quoting.
  const begun = borrowed.client.query(
    `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL floopy.organization_key = ${organizationKey}`,
  );
  return { ...borrowed, begun };
}

/** Ends the transaction in any case; a connection that does not answer to that is closed, never lent again. */
async function endAndRelease({ client, giveBack }: BorrowedClient): Promise<void> {
  let broken: Error | undefined;
  try {
    await client.query('ROLLBACK');
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
  }
  giveBack(broken);
}
