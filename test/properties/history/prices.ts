import {
  type Amount,
  amountOfUnits,
  type Interval,
  instantOfMilliseconds,
  organizationIdOf,
  type RateCardDraft,
  type RateOverrideDraft,
  type TokenClass,
} from '@floopy/domain';
import type { Agreement, Card, Class, Rates } from '../oracle/vocabulary';

/** The first card has rates for the first three; usage of the others waits for a card that has. */
export const MODELS = ['gpt-plain', 'gpt-long', 'gpt-fee', 'gpt-8', 'gpt-9'] as const;
export const LEVELS = 3;
const PRICED_AT_FIRST = 3;
/** In force from the beginning: for all usage that there is. */
export const EVER = Date.UTC(2026, 0, 1);
/** A tier of its own for long requests, and no rate for what was read from a cache. */
export const LONG_INPUT = 1_000;

/** What a model costs at a level; the digits are odd, so that markups have something to round. */
export function ratesOf(index: number, level: number): Rates {
  const model = MODELS[index] ?? MODELS[0];
  const factor = BigInt(level + 1);
  const prices = { input: 2_500_003n * factor, cache_read_input: 1_250_001n * factor, output: 10_000_007n * factor };
  const plain = { above: 0, prices, fee: 0n };
  if (model === 'gpt-long') {
    const long = { input: prices.input * 2n, output: prices.output + 1n };
    return { model, aliases: [], tiers: [plain, { above: LONG_INPUT, prices: long, fee: 7n }] };
  }
  if (model === 'gpt-fee') return { model, aliases: [], tiers: [{ ...plain, fee: 333_333_333n * factor }] };
  return { model, aliases: [aliasOf(model)], tiers: [plain] };
}

export function aliasOf(model: string): string {
  return `${model}-latest`;
}

export function firstCard(): Card {
  const models = Array.from({ length: PRICED_AT_FIRST }, (_, index) => ratesOf(index, 0));
  return { start: EVER, end: null, models };
}

/** A card with one model at another level, or one more model. */
export function withRates(card: Card, rates: Rates, interval: Pick<Card, 'start' | 'end'>): Card {
  const isKnown = card.models.some(({ model }) => model === rates.model);
  const models = card.models.map((known) => (known.model === rates.model ? rates : known));
  return { ...interval, models: isKnown ? models : [...models, rates] };
}

export function draftOfCard({ start, end, models }: Card): RateCardDraft {
  return {
    id: 'standard',
    inForce: intervalOf(start, end),
    models: models.map(({ model, aliases, tiers }) => ({
      provider: 'openai',
      model,
      aliases,
      serviceTiers: {
        standard: tiers.map(({ above, prices, fee }) => ({
          aboveInputTokens: above,
          unitPrices: Object.fromEntries(
            Object.entries(prices).map(([each, units]) => [each, amountOfUnits(units)]),
          ) as Partial<Record<TokenClass, Amount>>,
          requestFee: amountOfUnits(fee),
        })),
      },
    })),
  };
}

export function draftOfAgreement(organization: string, { start, end, prices }: Agreement): RateOverrideDraft {
  return {
    id: 'agreed',
    organizationId: organizationIdOf(organization),
    inForce: intervalOf(start, end),
    unitPrices: prices.map(({ model, above, class: tokenClass, price }) => ({
      provider: 'openai',
      model,
      serviceTier: 'standard' as const,
      aboveInputTokens: above,
      tokenClass: tokenClass satisfies Class,
      unitPrice: amountOfUnits(price),
    })),
  };
}

function intervalOf(start: number, end: number | null): Interval {
  return { start: instantOfMilliseconds(start), end: end === null ? null : instantOfMilliseconds(end) };
}
