import type { PriceBook } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { readPriceBook } from './read-price-book';

/** Holds the published prices in memory for as long as they are the published ones. */
export class PriceBookMemory {
  private held: { readonly publishedPrices: number; readonly book: PriceBook } | undefined;

  /** @param publishedPrices the number that the calling transaction has just read: a stale memory cannot price. */
  async bookOf(queries: Queries, publishedPrices: number): Promise<PriceBook> {
    if (this.held?.publishedPrices === publishedPrices) return this.held.book;
    const { book, publishedVersion } = await readPriceBook(queries);
    this.held = { publishedPrices: publishedVersion, book };
    return book;
  }
}
