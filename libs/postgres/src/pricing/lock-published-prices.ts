import type { Transaction } from '../connection/transaction';

/**
 * Takes the turn to publish prices: another publication waits here until this transaction ends, and then sees what it
 * published. Ingestion reads the same row without a lock and never waits.
 */
export async function lockPublishedPrices(transaction: Transaction): Promise<void> {
  await transaction.query({
    name: 'lock_published_prices',
    text: 'SELECT version FROM published_prices FOR UPDATE',
  });
}
