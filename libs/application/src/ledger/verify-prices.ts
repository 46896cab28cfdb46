import { type RateCard, rateCardInContent, rateOverrideInContent, type Sha256 } from '@floopy/domain';
import type { Mismatches } from './verify-mismatch';
import type { PublishedOverride, PublishedPrices, StoredContent } from './verify-sources';

/**
 * Reads the published prices from their stored texts, each held to the hash that was published with it: a changed text
 * would price everything again by other rates than were charged. One that is no content any more is left out; every
 * charge that it decided is told after it.
 */
export function verifyPrices(
  contents: readonly StoredContent[],
  sha256: Sha256,
  mismatches: Mismatches,
): PublishedPrices {
  const cards: RateCard[] = [];
  const overrides: PublishedOverride[] = [];
  for (const content of contents) {
    verifyHash(content, sha256, mismatches);
    const { kind, version, publishedAt, contentHash, text } = content;
    if (kind === 'rate_card') {
      const card = rateCardInContent(text);
      if (card !== null) cards.push({ ...card, version, publishedAt, contentHash });
    } else {
      const override = rateOverrideInContent(text);
      if (override !== null) overrides.push({ ...override, version, publishedAt });
    }
  }
  return { cards, overrides };
}

function verifyHash(
  { kind, organizationId, version, text, contentHash }: StoredContent,
  sha256: Sha256,
  mismatches: Mismatches,
): void {
  const expected = sha256(text);
  if (expected === contentHash) return;
  const whose = organizationId === null ? {} : { organizationId };
  mismatches.add({ kind, ...whose, subject: `version ${version}`, expected, found: contentHash });
}
