import { onlyRow } from './queries';
import type { Transaction } from './transaction';

/** Takes a lock until the transaction ends, unless somebody else has it. Never waits: who has it does all that there is to do. */
export async function takeTurn(transaction: Transaction, lock: number): Promise<boolean> {
  const rows = await transaction.query<{ taken: boolean }>({
    name: 'take_turn',
    text: 'SELECT pg_try_advisory_xact_lock($1) AS taken',
    values: [lock],
  });
  return onlyRow(rows).taken;
}
