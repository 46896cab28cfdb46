import type { DatabasePool } from './pool';
import type { Queries } from './queries';
import { inTransaction } from './transaction';

/** Reads what is committed at one moment, in several statements that agree with each other. */
export function inOneSnapshot<Result>(
  pool: DatabasePool,
  work: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  return inTransaction(pool, work, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
}
