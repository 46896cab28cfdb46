import type { Transaction } from '../connection/transaction';
import { PRICES_LOCK } from './prices-lock';

/**
 * Takes the turn to publish prices: it waits for every transaction that prices and for other publications, and they
 * wait for this one to end. So whatever was priced before is recorded before, and what comes after sees these prices.
 */
export async function lockPublishedPrices(transaction: Transaction): Promise<void> {
  await transaction.query({
    name: 'lock_published_prices',
    text: 'SELECT pg_advisory_xact_lock($1)',
    values: [PRICES_LOCK],
  });
}
