import { borrowClient } from './borrow-client';
import type { DatabaseClient, DatabasePool } from './pool';
import { type Queries, queriesOf } from './queries';

/** One open transaction on one connection. */
export interface Transaction extends Queries {
  /** Runs once the commit is known to have happened; never after a rollback or an unknown outcome. */
  afterCommit(effect: () => void): void;
}

/**
 * The connection broke while COMMIT was on its way: the transaction may or may not have happened.
 * Whoever meets it reads what the transaction would have written; nobody guesses.
 */
export class CommitOutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super('the connection was lost during COMMIT; read the state to learn whether it happened', { cause });
    this.name = 'CommitOutcomeUnknown';
  }
}

/** How a transaction begins: `BEGIN`, alone or together with what every statement after it relies on. */
export const BEGIN = 'BEGIN';

/** Runs `work` in one transaction: commits what it returns, rolls back what it throws. */
export async function inTransaction<Result>(
  pool: DatabasePool,
  work: (transaction: Transaction, client: DatabaseClient) => Promise<Result>,
  begin: string = BEGIN,
): Promise<Result> {
  const { client, giveBack } = await borrowClient(pool);
  const effects: (() => void)[] = [];
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work({ ...queriesOf(client), afterCommit: (effect) => effects.push(effect) }, client);
    await commit(client);
    for (const effect of effects) effect();
    return result;
  } catch (error) {
    broken = await rollBack(client, error);
    throw error;
  } finally {
    // A connection in doubt is closed, never lent again with somebody's transaction still open on it.
    giveBack(broken);
  }
}

interface Committing {
  query(text: string): Promise<{ command: string }>;
}

async function commit(client: Committing): Promise<void> {
  let command: string;
  try {
    ({ command } = await client.query('COMMIT'));
  } catch (error) {
    if (isServerError(error)) throw error;
    throw new CommitOutcomeUnknown(error);
  }
  // COMMIT of a failed transaction is answered with ROLLBACK and no error.
  if (command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back');
}

async function rollBack(client: Committing, error: unknown): Promise<Error | undefined> {
  if (error instanceof CommitOutcomeUnknown) return error;
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (rollbackError) {
    return rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
  }
}

/** Whether the server itself answered with an error, as opposed to a connection that broke. FATAL ends the connection. */
function isServerError(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && error.severity === 'ERROR';
}
