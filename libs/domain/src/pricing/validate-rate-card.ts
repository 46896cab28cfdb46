import { type Amount, amountOfUnits, UNITS_PER_CENT, ZERO_AMOUNT } from '../money/amount';
import { isIdentifier } from '../organization/organization';
import type { Interval } from '../time/instant';
import type { ContextTier, ModelRates, RateCardDraft } from './rate-card';

export type RateCardFaultCode =
  | 'invalid_name'
  | 'empty_interval'
  | 'no_models'
  | 'repeated_name'
  | 'no_service_tiers'
  | 'no_context_tiers'
  | 'first_tier_not_at_zero'
  | 'tiers_not_ascending'
  | 'invalid_threshold'
  | 'tier_without_price'
  | 'negative_price'
  | 'price_too_large';

export interface RateCardFault {
  readonly code: RateCardFaultCode;
  /** What is wrong, from the outside in: provider, model, service tier, context tier, token class. Empty: the card. */
  readonly path: readonly string[];
}

/** 10^6 USD for one token: with 10^9 tokens of a class a charge is still far from what a store can hold. */
export const LARGEST_UNIT_PRICE: Amount = amountOfUnits(100_000_000n * UNITS_PER_CENT);

/** Every rule of a rate card that a draft breaks; empty when it may be published. */
export function validateRateCard(draft: RateCardDraft): RateCardFault[] {
  return [
    ...nameFaults(draft.id, ['id']),
    ...intervalFaults(draft.inForce),
    ...(draft.models.length === 0 ? [fault('no_models', [])] : []),
    ...draft.models.flatMap(modelFaults),
    ...repeatedNames(draft.models),
  ];
}

export function intervalFaults(inForce: Interval): RateCardFault[] {
  return inForce.end !== null && inForce.end <= inForce.start ? [fault('empty_interval', ['in_force'])] : [];
}

export function nameFaults(name: string, path: readonly string[]): RateCardFault[] {
  return isIdentifier(name) ? [] : [fault('invalid_name', path)];
}

export function priceFaults(price: Amount, path: readonly string[]): RateCardFault[] {
  if (price < ZERO_AMOUNT) return [fault('negative_price', path)];
  return price > LARGEST_UNIT_PRICE ? [fault('price_too_large', path)] : [];
}

export function thresholdFaults(aboveInputTokens: number, path: readonly string[]): RateCardFault[] {
  return Number.isSafeInteger(aboveInputTokens) && aboveInputTokens >= 0 ? [] : [fault('invalid_threshold', path)];
}

function modelFaults(rates: ModelRates): RateCardFault[] {
  const path = [rates.provider, rates.model];
  const tiers = Object.entries(rates.serviceTiers);
  return [
    ...nameFaults(rates.provider, path),
    ...nameFaults(rates.model, path),
    ...rates.aliases.flatMap((alias) => nameFaults(alias, [...path, 'aliases', alias])),
    ...(tiers.length === 0 ? [fault('no_service_tiers', path)] : []),
    ...tiers.flatMap(([serviceTier, contextTiers]) => contextTierFaults(contextTiers, [...path, serviceTier])),
  ];
}

function contextTierFaults(tiers: readonly ContextTier[], path: readonly string[]): RateCardFault[] {
  const [first] = tiers;
  if (first === undefined) return [fault('no_context_tiers', path)];
  const thresholds = tiers.map((tier) => tier.aboveInputTokens);
  const ascends = thresholds.slice(1).every((threshold, index) => threshold > (thresholds[index] ?? 0));
  return [
    ...(first.aboveInputTokens === 0 ? [] : [fault('first_tier_not_at_zero', path)]),
    ...(ascends ? [] : [fault('tiers_not_ascending', path)]),
    ...tiers.flatMap((tier) => tierFaults(tier, [...path, String(tier.aboveInputTokens)])),
  ];
}

function tierFaults(tier: ContextTier, path: readonly string[]): RateCardFault[] {
  const prices = Object.entries(tier.unitPrices);
  return [
    ...thresholdFaults(tier.aboveInputTokens, path),
    // A tier that charges for nothing would make every request in it free by accident.
    ...(prices.length === 0 && tier.requestFee === ZERO_AMOUNT ? [fault('tier_without_price', path)] : []),
    ...prices.flatMap(([tokenClass, price]) => priceFaults(price, [...path, tokenClass])),
    ...priceFaults(tier.requestFee, [...path, 'request']),
  ];
}

/** A name that two models of a provider claim, or one claims twice, would be priced by chance. */
function repeatedNames(models: readonly ModelRates[]): RateCardFault[] {
  const seen = new Set<string>();
  const faults: RateCardFault[] = [];
  for (const rates of models) {
    for (const name of [rates.model, ...rates.aliases]) {
      const key = `${rates.provider} ${name}`;
      if (seen.has(key)) faults.push(fault('repeated_name', [rates.provider, rates.model, name]));
      seen.add(key);
    }
  }
  return faults;
}

export function fault(code: RateCardFaultCode, path: readonly string[]): RateCardFault {
  return { code, path };
}
