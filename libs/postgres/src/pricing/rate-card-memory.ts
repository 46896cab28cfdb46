import type { RateCard } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { readPublishedVersion } from './read-published-version';
import { readRateCards } from './read-rate-cards';

/** Every published card by its version, held in memory until something is published. */
export class RateCardMemory {
  private held: { readonly publishedVersion: number; readonly cards: ReadonlyMap<number, RateCard> } | undefined;

  async cardsOf(queries: Queries): Promise<ReadonlyMap<number, RateCard>> {
    const publishedVersion = await readPublishedVersion(queries);
    if (this.held?.publishedVersion === publishedVersion) return this.held.cards;
    const cards = new Map((await readRateCards(queries)).map((card) => [card.version, card]));
    this.held = { publishedVersion, cards };
    return cards;
  }
}
