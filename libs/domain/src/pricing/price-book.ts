import { assert } from '../assert';
import type { OrganizationId } from '../organization/organization';
import type { Instant } from '../time/instant';
import { type ModelRates, newestInForce, type OverriddenPrice, type RateCard, type RateOverride } from './rate-card';

/** Every published card and override, indexed for pricing; built once for each set of published versions. */
export interface PriceBook {
  cardInForce(occurredAt: Instant): RateCard | null;
  overrideInForce(organizationId: OrganizationId, occurredAt: Instant): RateOverride | null;
  modelRates(card: RateCard, provider: string, model: string): ModelRates | null;
  /** What an override of this book sets for a model, in all its tiers and classes; empty when it leaves it alone. */
  agreedPrices(override: RateOverride, rates: ModelRates): readonly OverriddenPrice[];
}

type ByModel<Value> = ReadonlyMap<string, ReadonlyMap<string, Value>>;

const NO_PRICES: readonly OverriddenPrice[] = [];

/** Indexes cards and overrides. A model is found by its name or by an alias that its card writes out, never by likeness. */
export function priceBookOf(cards: readonly RateCard[], overrides: readonly RateOverride[]): PriceBook {
  const modelsByVersion = new Map(cards.map((card) => [card.version, indexModels(card.models)]));
  assert(modelsByVersion.size === cards.length, 'a card version is published once');
  const overridesByOrganization = groupBy(overrides, (override) => override.organizationId);
  const pricesByOverride = new Map(overrides.map((override) => [override, indexPrices(override)]));
  return {
    cardInForce: (occurredAt) => newestInForce(cards, occurredAt),
    overrideInForce: (organizationId, occurredAt) =>
      newestInForce(overridesByOrganization.get(organizationId) ?? [], occurredAt),
    modelRates: (card, provider, model) => modelsByVersion.get(card.version)?.get(provider)?.get(model) ?? null,
    agreedPrices: (override, rates) => {
      const prices = pricesByOverride.get(override);
      assert(prices !== undefined, 'an override is asked of the book that holds it');
      return prices.get(rates.provider)?.get(rates.model) ?? NO_PRICES;
    },
  };
}

/** Rates by provider and by every name that a card writes out: the model's own, and its aliases. */
export function indexModels(models: readonly ModelRates[]): ByModel<ModelRates> {
  const byProvider = groupBy(models, (rates) => rates.provider);
  return mapValues(
    byProvider,
    (ofProvider) =>
      new Map(ofProvider.flatMap((rates) => [rates.model, ...rates.aliases].map((name) => [name, rates]))),
  );
}

function indexPrices(override: RateOverride): ByModel<readonly OverriddenPrice[]> {
  const byProvider = groupBy(override.unitPrices, (price) => price.provider);
  return mapValues(byProvider, (ofProvider) => groupBy(ofProvider, (price) => price.model));
}

function groupBy<Key, Value>(values: readonly Value[], keyOf: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

function mapValues<Key, From, To>(map: ReadonlyMap<Key, From>, change: (value: From) => To): Map<Key, To> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
