import {
  type Instant,
  type Plan,
  type PlanCatalogue,
  planCatalogueOf,
  planInContent,
  type Sha256,
} from '@floopy/domain';
import type { Mismatches } from './verify-mismatch';
import { PUBLICATION_GRACE_MS } from './verify-receipt';
import type { StoredPlan } from './verify-sources';

/** Reads the published plans from their stored texts, each held to its hash, as `verifyPrices` does with prices. */
export function verifyPlans(stored: readonly StoredPlan[], sha256: Sha256, mismatches: Mismatches): Plan[] {
  return stored.flatMap(({ version, effectiveAt, publishedAt, contentHash, text }) => {
    const subject = `version ${version}`;
    const expected = sha256(text);
    if (expected !== contentHash) mismatches.add({ kind: 'plan', subject, expected, found: contentHash });
    const draft = planInContent(text);
    if (draft !== null) return [{ ...draft, version, effectiveAt, publishedAt, contentHash }];
    mismatches.add({ kind: 'plan', subject, expected: 'the content of a plan', found: 'something else' });
    return [];
  });
}

/** The plans as they were published at any time: a later version says nothing about what was posted before. */
export class PlansInTime {
  private readonly inOrder: readonly Plan[];
  /** By how many versions they hold. */
  private readonly catalogues = new Map<number, PlanCatalogue>();

  constructor(plans: readonly Plan[]) {
    this.inOrder = plans.toSorted(
      (left, right) => left.publishedAt - right.publishedAt || left.version - right.version,
    );
  }

  /**
   * What may have been published when an entry was recorded, the latest first: nearly always one catalogue. Publishing
   * and posting take turns, but each stamps its work by its own machine's clock.
   */
  *publishedBy(recordedAt: Instant): Generator<PlanCatalogue> {
    let versions = this.inOrder.length;
    while (versions > 0 && this.publishedAt(versions) > recordedAt + PUBLICATION_GRACE_MS) versions -= 1;
    yield this.catalogueOf(versions);
    while (versions > 0 && this.publishedAt(versions) > recordedAt - PUBLICATION_GRACE_MS) {
      versions -= 1;
      yield this.catalogueOf(versions);
    }
  }

  /** Whenever it was published; null when there is no such version. */
  plan(version: number): Plan | null {
    return this.catalogueOf(this.inOrder.length).plan(version);
  }

  private publishedAt(versions: number): number {
    return this.inOrder[versions - 1]?.publishedAt ?? 0;
  }

  private catalogueOf(versions: number): PlanCatalogue {
    const known = this.catalogues.get(versions);
    if (known !== undefined) return known;
    const catalogue = planCatalogueOf(this.inOrder.slice(0, versions));
    this.catalogues.set(versions, catalogue);
    return catalogue;
  }
}
