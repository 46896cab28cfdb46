import type { BillingAnchor } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { readTerms } from './read-terms';

/** Holds the anchors of organizations for as long as their terms stay: a round reads those that have changed. */
export class AnchorMemory {
  private readonly held = new Map<
    number,
    { readonly termsVersion: number; readonly anchors: readonly BillingAnchor[] }
  >();

  /** @param termsVersion as the organization's head says, before or in the same snapshot as this reading */
  async of(queries: Queries, organizationKey: number, termsVersion: number): Promise<readonly BillingAnchor[]> {
    if (termsVersion === 0) return [];
    const known = this.held.get(organizationKey);
    if (known?.termsVersion === termsVersion) return known.anchors;
    const { anchors } = await readTerms(queries, organizationKey);
    this.held.set(organizationKey, { termsVersion, anchors });
    return anchors;
  }
}
