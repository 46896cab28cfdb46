import { compareTexts } from '../canonical-json';
import { type Amount, ZERO_AMOUNT } from '../money/amount';
import { SERVICE_TIERS, type ServiceTier } from '../usage/usage-event';
import type { ContextTier, ModelRates, RateCardDraft } from './rate-card';
import { type Chargeable, CHARGEABLES } from './token-class';

/** One price of a card: a class of tokens, or the fee for a request. */
export interface RateName {
  readonly provider: string;
  readonly model: string;
  readonly serviceTier: ServiceTier;
  readonly aboveInputTokens: number;
  readonly tokenClass: Chargeable;
}

/** How one price differs; `before` is null where it was missing, `after` where it is gone. */
export interface RateChange extends RateName {
  readonly type: 'added' | 'removed' | 'changed';
  readonly before: Amount | null;
  readonly after: Amount | null;
}

/** Another name that a card starts or stops to give a model. */
export interface AliasChange {
  readonly type: 'added' | 'removed';
  readonly provider: string;
  readonly model: string;
  readonly alias: string;
}

export interface RateCardDiff {
  readonly rates: readonly RateChange[];
  readonly aliases: readonly AliasChange[];
}

interface Rate extends RateName {
  /** Null where the tier has none. */
  readonly price: Amount | null;
}

/**
 * What an operator is about to change: every price and alias that `after` adds, removes or changes, by provider,
 * model, service tier, context tier and token class, in that order. The order in which cards list things is no change.
 */
export function diffRateCards(before: RateCardDraft, after: RateCardDraft): RateCardDiff {
  const ratesBefore = new Map(before.models.flatMap(ratesOf).map((rate) => [keyOf(rate), rate]));
  const ratesAfter = new Map(after.models.flatMap(ratesOf).map((rate) => [keyOf(rate), rate]));
  const names = new Map([...ratesBefore, ...ratesAfter]);
  const rates = [...names]
    .map(([key, name]) => changeOf(name, ratesBefore.get(key)?.price ?? null, ratesAfter.get(key)?.price ?? null))
    .filter((change) => change.before !== change.after);
  return { rates: rates.sort(compareRateNames), aliases: aliasChanges(before, after) };
}

/** States how one price differs. */
export function changeOf(name: RateName, before: Amount | null, after: Amount | null): RateChange {
  const { provider, model, serviceTier, aboveInputTokens, tokenClass } = name;
  return { type: changeType(before, after), provider, model, serviceTier, aboveInputTokens, tokenClass, before, after };
}

function changeType(before: Amount | null, after: Amount | null): RateChange['type'] {
  if (before === null) return 'added';
  return after === null ? 'removed' : 'changed';
}

/** Orders prices as a card lists them, whatever the order they were met in. */
export function compareRateNames(left: RateName, right: RateName): number {
  return (
    compareTexts(left.provider, right.provider) ||
    compareTexts(left.model, right.model) ||
    SERVICE_TIERS.indexOf(left.serviceTier) - SERVICE_TIERS.indexOf(right.serviceTier) ||
    left.aboveInputTokens - right.aboveInputTokens ||
    CHARGEABLES.indexOf(left.tokenClass) - CHARGEABLES.indexOf(right.tokenClass)
  );
}

function ratesOf(rates: ModelRates): Rate[] {
  const { provider, model } = rates;
  return SERVICE_TIERS.flatMap((serviceTier) =>
    (rates.serviceTiers[serviceTier] ?? []).flatMap((tier) =>
      CHARGEABLES.map((tokenClass) => {
        const price = priceIn(tier, tokenClass);
        const { aboveInputTokens } = tier;
        return { provider, model, serviceTier, aboveInputTokens, tokenClass, price };
      }),
    ),
  );
}

/** The price of one thing in a tier, or null. A fee of nothing is no fee; a token that costs nothing has a price. */
export function priceIn(tier: ContextTier | null, chargeable: Chargeable): Amount | null {
  if (tier === null) return null;
  if (chargeable === 'request') return tier.requestFee === ZERO_AMOUNT ? null : tier.requestFee;
  return tier.unitPrices[chargeable] ?? null;
}

function keyOf(rate: RateName): string {
  return [rate.provider, rate.model, rate.serviceTier, rate.aboveInputTokens, rate.tokenClass].join(' ');
}

function aliasChanges(before: RateCardDraft, after: RateCardDraft): AliasChange[] {
  const aliasesBefore = aliasesOf(before);
  const aliasesAfter = aliasesOf(after);
  const removed = [...aliasesBefore].filter(([key]) => !aliasesAfter.has(key));
  const added = [...aliasesAfter].filter(([key]) => !aliasesBefore.has(key));
  return [
    ...removed.map(([, alias]): AliasChange => ({ type: 'removed', ...alias })),
    ...added.map(([, alias]): AliasChange => ({ type: 'added', ...alias })),
  ].sort(
    (left, right) =>
      compareTexts(left.provider, right.provider) ||
      compareTexts(left.alias, right.alias) ||
      compareTexts(right.type, left.type),
  );
}

function aliasesOf(card: RateCardDraft): Map<string, Omit<AliasChange, 'type'>> {
  return new Map(
    card.models.flatMap(({ provider, model, aliases }) =>
      aliases.map((alias) => [[provider, model, alias].join(' '), { provider, model, alias }]),
    ),
  );
}
