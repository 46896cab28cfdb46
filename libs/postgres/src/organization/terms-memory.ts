import { NO_TERMS, type PlanCatalogue, planCatalogueOf, type Terms } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { readPlans } from '../plans/read-plans';
import { readPublishedVersion } from '../pricing/read-published-version';
import { readTerms } from './read-terms';

/** What an organization's requests are judged by, with the numbers by which a reading knows whether it still is. */
export interface HeldTerms {
  readonly terms: Terms;
  readonly plans: PlanCatalogue;
  /** The number of the publication that these plans were read at. */
  readonly publishedVersion: number;
}

/** More organizations than that with terms of their own, and the ones read first are read again. */
const MAX_REMEMBERED_TERMS = 10_000;

/** Remembers terms and plans between readings, each of which must see whether they are still those that hold. */
export class TermsMemory {
  private readonly terms = new Map<number, Terms>();
  private published: Omit<HeldTerms, 'terms'> | null = null;

  /** What was read last, else that nothing was ever agreed; null before the first reading of plans. */
  recall(organizationKey: number): HeldTerms | null {
    return this.published && { ...this.published, terms: this.terms.get(organizationKey) ?? NO_TERMS };
  }

  /** Reads what holds now. The statements must see one snapshot. */
  async read(queries: Queries, organizationKey: number): Promise<HeldTerms> {
    const publishedVersion = await readPublishedVersion(queries);
    const published =
      this.published?.publishedVersion === publishedVersion
        ? this.published
        : { plans: planCatalogueOf(await readPlans(queries)), publishedVersion };
    const terms = await readTerms(queries, organizationKey);
    this.published = published;
    this.remember(organizationKey, terms);
    return { ...published, terms };
  }

  private remember(organizationKey: number, terms: Terms): void {
    if (terms.version === 0) return;
    this.terms.delete(organizationKey);
    this.terms.set(organizationKey, terms);
    const [oldest] = this.terms.keys();
    if (this.terms.size > MAX_REMEMBERED_TERMS && oldest !== undefined) this.terms.delete(oldest);
  }
}
