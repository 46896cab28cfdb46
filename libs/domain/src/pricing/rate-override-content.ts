import { canonicalJson } from '../canonical-json';
import { formatAmount } from '../money/amount';
import { organizationIdOf } from '../organization/organization';
import type { ServiceTier } from '../usage/usage-event';
import { compareRateNames } from './diff-rate-cards';
import type { RateOverrideDraft } from './rate-card';
import { contentIn, type IntervalContent, readInterval, readPrice, writeInterval } from './rate-card-content';
import type { TokenClass } from './token-class';

/** An override as JSON, in the manner of a rate card's content. */
export type RateOverrideContent = {
  readonly id: string;
  readonly organization_id: string;
  readonly in_force: IntervalContent;
  readonly unit_prices: readonly OverriddenPriceContent[];
};

export type OverriddenPriceContent = {
  readonly provider: string;
  readonly model: string;
  readonly service_tier: ServiceTier;
  readonly above_input_tokens: number;
  readonly token_class: TokenClass;
  readonly unit_price: string;
};

/** The canonical content of an override, which is stored and hashed: keys sorted, prices in the order of a card. */
export function writeRateOverrideContent(override: RateOverrideDraft): string {
  return canonicalJson({
    id: override.id,
    organization_id: override.organizationId,
    in_force: writeInterval(override.inForce),
    unit_prices: [...override.unitPrices].sort(compareRateNames).map((price) => ({
      provider: price.provider,
      model: price.model,
      service_tier: price.serviceTier,
      above_input_tokens: price.aboveInputTokens,
      token_class: price.tokenClass,
      unit_price: formatAmount(price.unitPrice),
    })),
  });
}

/** Reads what `writeRateOverrideContent` wrote. */
export function readRateOverrideContent(text: string): RateOverrideDraft {
  return rateOverrideOf(JSON.parse(text) as RateOverrideContent);
}

/** The override in a text that may have been changed in its store: null when it is no canonical content. */
export function rateOverrideInContent(text: string): RateOverrideDraft | null {
  return contentIn(text, readRateOverrideContent, writeRateOverrideContent);
}

/** Takes a content of the right shape, with amounts and times that can be read, as the override that it states. */
export function rateOverrideOf(content: RateOverrideContent): RateOverrideDraft {
  return {
    id: content.id,
    organizationId: organizationIdOf(content.organization_id),
    inForce: readInterval(content.in_force),
    unitPrices: content.unit_prices.map((price) => ({
      provider: price.provider,
      model: price.model,
      serviceTier: price.service_tier,
      aboveInputTokens: price.above_input_tokens,
      tokenClass: price.token_class,
      unitPrice: readPrice(price.unit_price),
    })),
  };
}
