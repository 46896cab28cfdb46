import type { Transaction } from '../connection/transaction';

/** Tells every reader of prices, from the commit on, that what it holds in memory is no longer all that is published. */
export async function raisePublishedVersion(transaction: Transaction): Promise<void> {
  await transaction.query({
    name: 'raise_published_version',
    text: 'UPDATE published_prices SET version = version + 1',
  });
}
