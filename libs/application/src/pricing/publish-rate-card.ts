import { decideRateCard, type RateCardDecision, type RateCardDraft, writeRateCardContent } from '@floopy/domain';
import type { PublishingPorts } from './publishing-store';

export interface RateCardRequest {
  readonly draft: RateCardDraft;
  /** The operator who publishes it. */
  readonly publishedBy: string;
}

export type PublishedRateCard =
  | Exclude<RateCardDecision, { type: 'publishable' }>
  | { readonly type: 'published'; readonly card: Extract<RateCardDecision, { type: 'publishable' }>['card'] };

/**
 * Publishes a rate card as the next version, which decides the price of every charge that is posted from then on.
 * The same card again answers the version that there is. Publications take turns, so that no two see the same past.
 */
export async function publishRateCard(ports: PublishingPorts, request: RateCardRequest): Promise<PublishedRateCard> {
  return ports.store.inTransaction(async (transaction) => {
    const published = await transaction.lockRateCards();
    const now = ports.clock();
    const decision = decideRateCard(request.draft, published, now, ports.sha256);
    if (decision.type !== 'publishable') return decision;
    const { card } = decision;
    await transaction.saveRateCard(card, {
      content: writeRateCardContent(card),
      contentHash: card.contentHash,
      publishedAt: now,
      publishedBy: request.publishedBy,
    });
    return { type: 'published', card };
  });
}
