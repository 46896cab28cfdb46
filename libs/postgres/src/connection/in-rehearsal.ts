import type { DatabasePool } from './pool';
import { BEGIN, inTransaction, type Transaction } from './transaction';

/** Ends a transaction whose work has succeeded without keeping it. */
class Rehearsed extends Error {
  constructor(readonly result: unknown) {
    super('a rehearsal is undone');
    this.name = 'Rehearsed';
  }
}

/** Runs `work` in one transaction, as `inTransaction`, and undoes all of it: what would be done is told, and nothing is. */
export async function inRehearsal<Result>(
  pool: DatabasePool,
  work: (transaction: Transaction) => Promise<Result>,
  begin: string = BEGIN,
): Promise<Result> {
  const undone = async (transaction: Transaction): Promise<never> => {
    throw new Rehearsed(await work(transaction));
  };
  try {
    return await inTransaction(pool, undone, begin);
  } catch (ending) {
    if (ending instanceof Rehearsed) return ending.result as Result;
    throw ending;
  }
}
