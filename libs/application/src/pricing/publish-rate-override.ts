import {
  decideRateOverride,
  type RateOverride,
  type RateOverrideDecision,
  type RateOverrideDraft,
  writeRateOverrideContent,
} from '@floopy/domain';
import type { PublishingPorts } from './publishing-store';

export interface RateOverrideRequest {
  readonly draft: RateOverrideDraft;
  /** The operator who publishes it. */
  readonly publishedBy: string;
}

export type PublishedRateOverride =
  | Exclude<RateOverrideDecision, { type: 'publishable' }>
  | { readonly type: 'published'; readonly override: RateOverride }
  | { readonly type: 'refused'; readonly code: 'unknown_organization' };

/**
 * Publishes the prices agreed with one organization as their next version. They replace the card's for what is posted
 * from then on; the same prices again answer the version that there is.
 */
export async function publishRateOverride(
  ports: PublishingPorts,
  request: RateOverrideRequest,
): Promise<PublishedRateOverride> {
  return ports.store.inTransaction(async (transaction) => {
    const cards = await transaction.lockRateCards();
    const published = await transaction.readRateOverrides(request.draft.organizationId);
    if (published === null) return { type: 'refused', code: 'unknown_organization' };
    const now = ports.clock();
    const decision = decideRateOverride(request.draft, published, cards, now);
    if (decision.type !== 'publishable') return decision;
    const { override } = decision;
    const content = writeRateOverrideContent(override);
    await transaction.saveRateOverride(override, {
      content,
      contentHash: ports.sha256(content),
      publishedAt: now,
      publishedBy: request.publishedBy,
    });
    return { type: 'published', override };
  });
}
