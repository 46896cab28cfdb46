import { type Instant, newestInForce, type OrganizationId, type PriceBook, priceBookOf } from '@floopy/domain';
import { PUBLICATION_GRACE_MS } from '../ledger/verify-receipt';
import type { PublishedOverride, PublishedPrices } from '../ledger/verify-sources';

const NO_OVERRIDES: readonly PublishedOverride[] = [];

/** The prices as they were published at any time: a later version says nothing about what was decided before. */
export class PricesInTime {
  private readonly book: PriceBook;
  private readonly overrides = new Map<OrganizationId, PublishedOverride[]>();
  /** Descending. */
  private readonly publications: readonly Instant[];

  constructor(private readonly prices: PublishedPrices) {
    this.book = priceBookOf(prices.cards, prices.overrides);
    for (const override of prices.overrides) {
      const ofOrganization = this.overrides.get(override.organizationId);
      if (ofOrganization === undefined) this.overrides.set(override.organizationId, [override]);
      else ofOrganization.push(override);
    }
    const moments = [...prices.cards, ...prices.overrides].map(({ publishedAt }) => publishedAt);
    this.publications = [...new Set(moments)].toSorted((left, right) => right - left);
  }

  /**
   * What may have been published when something was decided, the latest first: nearly always one book. Publishing and
   * pricing take turns, but each stamps its work by its own machine's clock. `graceMs` is how far that may be off.
   */
  *publishedBy(decidedAt: Instant, graceMs: number = PUBLICATION_GRACE_MS): Generator<PriceBook> {
    yield this.bookOf((publishedAt) => publishedAt <= decidedAt + graceMs);
    for (const moment of this.publications) {
      if (moment > decidedAt + graceMs) continue;
      if (moment <= decidedAt - graceMs) return;
      yield this.bookOf((publishedAt) => publishedAt < moment);
    }
  }

  private bookOf(isPublished: (publishedAt: Instant) => boolean): PriceBook {
    const published = <Version extends { readonly publishedAt: Instant }>(versions: readonly Version[]): Version[] =>
      versions.filter(({ publishedAt }) => isPublished(publishedAt));
    return {
      ...this.book,
      cardInForce: (occurredAt) => newestInForce(published(this.prices.cards), occurredAt),
      overrideInForce: (organizationId, occurredAt) =>
        newestInForce(published(this.overrides.get(organizationId) ?? NO_OVERRIDES), occurredAt),
    };
  }
}
