import { type PlanCatalogue, planCatalogueOf } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { readPlans } from './read-plans';

/** Holds the published plans in memory for as long as they are the published ones. */
export class PlanCatalogueMemory {
  private held: { readonly publishedPrices: number; readonly plans: PlanCatalogue } | undefined;

  /**
   * @param publishedPrices the number that the calling transaction has just read, behind the lock of whoever publishes:
   * plans are told by the same one as prices
   */
  async plansOf(queries: Queries, publishedPrices: number): Promise<PlanCatalogue> {
    if (this.held?.publishedPrices === publishedPrices) return this.held.plans;
    const plans = planCatalogueOf(await readPlans(queries));
    this.held = { publishedPrices, plans };
    return plans;
  }
}
