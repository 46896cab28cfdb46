import type { Sha256 } from '../canonical-text';
import type { Instant } from '../time/instant';
import { type BackdatedChange, backdatedChanges } from './backdated-changes';
import type { RateCard, RateCardDraft } from './rate-card';
import { writeRateCardContent } from './rate-card-content';
import { type RateCardFault, validateRateCard } from './validate-rate-card';

export type RateCardDecision =
  | { readonly type: 'publishable'; readonly card: RateCard }
  /** The newest version says the same: there is nothing to publish. */
  | { readonly type: 'already_published'; readonly card: RateCard }
  | { readonly type: 'refused'; readonly code: 'invalid_rate_card'; readonly faults: readonly RateCardFault[] }
  | { readonly type: 'refused'; readonly code: 'changes_past_prices'; readonly changes: readonly BackdatedChange[] };

/**
 * Decides whether a draft becomes the next version. What was published before stays as it is: a draft with the content
 * of the newest version is that version, and one with an older content is a change back, under a new number.
 */
export function decideRateCard(
  draft: RateCardDraft,
  published: readonly RateCard[],
  now: Instant,
  sha256: Sha256,
): RateCardDecision {
  const faults = validateRateCard(draft);
  if (faults.length > 0) return { type: 'refused', code: 'invalid_rate_card', faults };
  const newest = newestVersion(published);
  const contentHash = sha256(writeRateCardContent(draft));
  if (newest?.contentHash === contentHash) return { type: 'already_published', card: newest };
  const changes = backdatedChanges(draft, published, now);
  if (changes.length > 0) return { type: 'refused', code: 'changes_past_prices', changes };
  const { id, inForce, models } = draft;
  const version = (newest?.version ?? 0) + 1;
  return { type: 'publishable', card: { id, version, contentHash, inForce, publishedAt: now, models } };
}

/** The version that was published last, whatever its interval; null when there is none. */
export function newestVersion<Version extends { readonly version: number }>(
  versions: readonly Version[],
): Version | null {
  return versions.reduce<Version | null>(
    (newest, candidate) => (newest === null || candidate.version > newest.version ? candidate : newest),
    null,
  );
}
