import type { OverriddenPrice, ModelRates, RateCardDraft, RateOverrideDraft } from './rate-card';
import { SERVICE_TIERS } from '../usage/usage-event';
import {
  fault,
  intervalFaults,
  nameFaults,
  priceFaults,
  type RateCardFault,
  thresholdFaults,
} from './validate-rate-card';

/** Every rule of an override that a draft breaks; empty when it may be published. An override without prices may. */
export function validateRateOverride(draft: RateOverrideDraft): RateCardFault[] {
  const paths = draft.unitPrices.map(pathOf);
  const seen = new Set<string>();
  const repeated = paths.filter((path) => {
    const sizeBefore = seen.size;
    return seen.add(path.join(' ')).size === sizeBefore;
  });
  return [
    ...nameFaults(draft.id, ['id']),
    ...intervalFaults(draft.inForce),
    ...draft.unitPrices.flatMap(overriddenPriceFaults),
    ...repeated.map((path) => fault('repeated_name', path)),
  ];
}

/**
 * Agreed prices that would never be charged, because no rate of the card goes by that model's own name and those tiers.
 * A class that the card has no price for may be agreed.
 */
export function overridesWithoutRate(draft: RateOverrideDraft, card: RateCardDraft | null): OverriddenPrice[] {
  const rates = new Set(card?.models.flatMap(tiersOf));
  return draft.unitPrices.filter((price) => !rates.has(tierKey(price.provider, price.model, price)));
}

function tiersOf(rates: ModelRates): string[] {
  return SERVICE_TIERS.flatMap((serviceTier) =>
    (rates.serviceTiers[serviceTier] ?? []).map(({ aboveInputTokens }) =>
      tierKey(rates.provider, rates.model, { serviceTier, aboveInputTokens }),
    ),
  );
}

function tierKey(
  provider: string,
  model: string,
  tier: Pick<OverriddenPrice, 'serviceTier' | 'aboveInputTokens'>,
): string {
  return [provider, model, tier.serviceTier, tier.aboveInputTokens].join(' ');
}

function overriddenPriceFaults(price: OverriddenPrice): RateCardFault[] {
  const path = pathOf(price);
  return [
    ...nameFaults(price.provider, path),
    ...nameFaults(price.model, path),
    ...thresholdFaults(price.aboveInputTokens, path),
    ...priceFaults(price.unitPrice, path),
  ];
}

function pathOf(price: OverriddenPrice): readonly string[] {
  return [price.provider, price.model, price.serviceTier, String(price.aboveInputTokens), price.tokenClass];
}
