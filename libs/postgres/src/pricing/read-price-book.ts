import { type PriceBook, priceBookOf } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { readPublishedVersion } from './read-published-version';
import { readRateCards } from './read-rate-cards';
import { readRateOverrides } from './read-rate-overrides';

export interface PublishedPriceBook {
  readonly book: PriceBook;
  /** Compared with `readPublishedVersion` in the transaction that prices: another number means that this book is stale. */
  readonly publishedVersion: number;
}

/**
 * Reads all published prices. The number is read first: a publication in between leaves a book that is newer than its
 * number, which is found stale and read again, and never one that is older.
 */
export async function readPriceBook(queries: Queries): Promise<PublishedPriceBook> {
  const publishedVersion = await readPublishedVersion(queries);
  const cards = await readRateCards(queries);
  const overrides = await readRateOverrides(queries);
  return { book: priceBookOf(cards, overrides), publishedVersion };
}
