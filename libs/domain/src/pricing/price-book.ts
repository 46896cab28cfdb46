import type { Amount } from '../money/amount';
import type { OrganizationId } from '../organization/organization';
import type { Instant } from '../time/instant';
import type { ServiceTier } from '../usage/usage-event';
import { type ModelRates, newestInForce, type RateCard, type RateOverride } from './rate-card';
import type { TokenClass } from './token-class';

/** Every published card and override, indexed for pricing; built once for each set of published versions. */
export interface PriceBook {
  cardInForce(occurredAt: Instant): RateCard | null;
  overrideInForce(organizationId: OrganizationId, occurredAt: Instant): RateOverride | null;
  modelRates(card: RateCard, provider: string, model: string): ModelRates | null;
}

/** Indexes cards and overrides. A model is found by its name or by an alias that its card writes out, never by likeness. */
export function priceBookOf(cards: readonly RateCard[], overrides: readonly RateOverride[]): PriceBook {
  const modelsByVersion = new Map(cards.map((card) => [card.version, indexModels(card)]));
  const overridesByOrganization = new Map<OrganizationId, RateOverride[]>();
  for (const override of overrides) {
    const known = overridesByOrganization.get(override.organizationId);
    if (known === undefined) overridesByOrganization.set(override.organizationId, [override]);
    else known.push(override);
  }
  return {
    cardInForce: (occurredAt) => newestInForce(cards, occurredAt),
    overrideInForce: (organizationId, occurredAt) =>
      newestInForce(overridesByOrganization.get(organizationId) ?? [], occurredAt),
    modelRates: (card, provider, model) => modelsByVersion.get(card.version)?.get(provider)?.get(model) ?? null,
  };
}

function indexModels(card: RateCard): Map<string, Map<string, ModelRates>> {
  const byProvider = new Map<string, Map<string, ModelRates>>();
  for (const rates of card.models) {
    const byModel = byProvider.get(rates.provider) ?? new Map<string, ModelRates>();
    byProvider.set(rates.provider, byModel);
    for (const name of [rates.model, ...rates.aliases]) byModel.set(name, rates);
  }
  return byProvider;
}

/** The price that an override sets for a class of a model's tier, or null when it leaves the card's price alone. */
export function overriddenPrice(
  override: RateOverride,
  rates: ModelRates,
  serviceTier: ServiceTier,
  aboveInputTokens: number,
  tokenClass: TokenClass,
): Amount | null {
  const found = override.unitPrices.find(
    (price) =>
      price.tokenClass === tokenClass &&
      price.provider === rates.provider &&
      price.model === rates.model &&
      price.serviceTier === serviceTier &&
      price.aboveInputTokens === aboveInputTokens,
  );
  return found?.unitPrice ?? null;
}
