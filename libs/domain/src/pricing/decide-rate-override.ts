import type { Instant } from '../time/instant';
import { newestVersion } from './decide-rate-card';
import {
  newestInForce,
  type OverriddenPrice,
  type RateCard,
  type RateOverride,
  type RateOverrideDraft,
} from './rate-card';
import { writeRateOverrideContent } from './rate-override-content';
import type { RateCardFault } from './validate-rate-card';
import { overridesWithoutRate, validateRateOverride } from './validate-rate-override';

export type RateOverrideDecision =
  | { readonly type: 'publishable'; readonly override: RateOverride }
  /** The organization's newest version says the same: there is nothing to publish. */
  | { readonly type: 'already_published'; readonly override: RateOverride }
  | { readonly type: 'refused'; readonly code: 'invalid_override'; readonly faults: readonly RateCardFault[] }
  /** It would change prices in the past, which only a reprice may. */
  | { readonly type: 'refused'; readonly code: 'starts_in_the_past'; readonly now: Instant }
  /** No tier of the card in force at its start goes by these names, so they would never be charged. */
  | { readonly type: 'refused'; readonly code: 'no_such_rate'; readonly unitPrices: readonly OverriddenPrice[] };

/** Decides whether a draft becomes the next version of its organization's agreed prices, given those before it. */
export function decideRateOverride(
  draft: RateOverrideDraft,
  published: readonly RateOverride[],
  cards: readonly RateCard[],
  now: Instant,
): RateOverrideDecision {
  const faults = validateRateOverride(draft);
  if (faults.length > 0) return { type: 'refused', code: 'invalid_override', faults };
  const newest = newestVersion(published);
  if (newest !== null && writeRateOverrideContent(newest) === writeRateOverrideContent(draft)) {
    return { type: 'already_published', override: newest };
  }
  if (draft.inForce.start < now) return { type: 'refused', code: 'starts_in_the_past', now };
  const unitPrices = overridesWithoutRate(draft, newestInForce(cards, draft.inForce.start));
  if (unitPrices.length > 0) return { type: 'refused', code: 'no_such_rate', unitPrices };
  const { id, organizationId, inForce } = draft;
  const version = (newest?.version ?? 0) + 1;
  return {
    type: 'publishable',
    override: { id, organizationId, version, inForce, unitPrices: draft.unitPrices },
  };
}
