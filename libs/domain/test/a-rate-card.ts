import { type Amount, parseAmount, ZERO_AMOUNT } from '../src/money/amount';
import { organizationIdOf } from '../src/organization/organization';
import { type PriceBook, priceBookOf } from '../src/pricing/price-book';
import type {
  ContextTier,
  ModelRates,
  OverriddenPrice,
  RateCard,
  RateCardDraft,
  RateOverride,
} from '../src/pricing/rate-card';
import type { TokenClass } from '../src/pricing/token-class';
import { at } from './a-usage-event';

type Prices = Readonly<Partial<Record<TokenClass, string>>>;

/** An amount that a test writes out in cents. */
export function cents(text: string): Amount {
  const amount = parseAmount(text);
  if (amount === null) throw new Error(`${text} is no amount`);
  return amount;
}

/** A context tier; prices are cents a token. */
export function aTier(prices: Prices, aboveInputTokens = 0, requestFee: Amount = ZERO_AMOUNT): ContextTier {
  const entries = Object.entries(prices).map(([tokenClass, price]) => [tokenClass, cents(price)] as const);
  return { aboveInputTokens, unitPrices: Object.fromEntries(entries) as ContextTier['unitPrices'], requestFee };
}

/** gpt-4o as published: 2.50, 1.25 (cached) and 10 USD for a million tokens. */
export const GPT_4O_PRICES: Prices = {
  input: '0.00025',
  cache_read_input: '0.000125',
  output: '0.001',
  reasoning_output: '0.001',
};

/** `openai/gpt-4o` without aliases, in the standard tier. */
export function aModel(stated: Partial<ModelRates> = {}): ModelRates {
  return {
    provider: 'openai',
    model: 'gpt-4o',
    aliases: [],
    serviceTiers: { standard: [aTier(GPT_4O_PRICES)] },
    ...stated,
  };
}

/** A card with gpt-4o, in force from 2020 on. */
export function aDraft(stated: Partial<RateCardDraft> = {}): RateCardDraft {
  return {
    id: 'list-prices',
    inForce: { start: at('2020-01-01T00:00:00Z'), end: null },
    models: [aModel()],
    ...stated,
  };
}

/** The same, published as version 1. */
export function aRateCard(stated: Partial<RateCard> = {}): RateCard {
  return {
    ...aDraft(),
    version: 1,
    contentHash: 'c'.repeat(64),
    publishedAt: at('2026-01-01T00:00:00Z'),
    ...stated,
  };
}

/** An agreement of `org_acme` about nothing, in force from 2020 on. */
export function anOverride(stated: Partial<RateOverride> = {}): RateOverride {
  return {
    id: 'acme-2026',
    organizationId: organizationIdOf('org_acme'),
    version: 1,
    inForce: { start: at('2020-01-01T00:00:00Z'), end: null },
    unitPrices: [],
    ...stated,
  };
}

/** Input of gpt-4o for 0.0001 cents a token. */
export function anOverriddenPrice(stated: Partial<OverriddenPrice> = {}): OverriddenPrice {
  return {
    provider: 'openai',
    model: 'gpt-4o',
    serviceTier: 'standard',
    aboveInputTokens: 0,
    tokenClass: 'input',
    unitPrice: cents('0.0001'),
    ...stated,
  };
}

/** A book of one card that holds these models. */
export function aBook(models: readonly ModelRates[] = [aModel()], overrides: readonly RateOverride[] = []): PriceBook {
  return priceBookOf([aRateCard({ models })], overrides);
}

/** As published, in USD for a million tokens: 3 in, 0.30 cached, 3.75 and 6 written to the cache, 15 out. */
export const CLAUDE_SONNET_4 = aModel({
  provider: 'anthropic',
  model: 'claude-sonnet-4-0',
  aliases: ['claude-sonnet-4'],
  serviceTiers: {
    standard: [
      aTier({
        input: '0.0003',
        cache_read_input: '0.00003',
        cache_creation_5m_input: '0.000375',
        cache_creation_1h_input: '0.0006',
        output: '0.0015',
        reasoning_output: '0.0015',
      }),
    ],
  },
});

/** As published: 1.25 in and 10 out, and 2.50 and 15 past 200,000 tokens in. */
export const GEMINI_2_5_PRO = aModel({
  provider: 'google',
  model: 'gemini-2.5-pro',
  serviceTiers: {
    standard: [aTier({ input: '0.000125', output: '0.001' }), aTier({ input: '0.00025', output: '0.0015' }, 200_000)],
  },
});
