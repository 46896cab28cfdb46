import { aDraft, aModel, aTier, cents, GPT_4O_PRICES } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { addAmounts, amountOfUnits } from '../money/amount';
import type { ContextTier } from './rate-card';
import { LARGEST_UNIT_PRICE, validateRateCard } from './validate-rate-card';

const GPT_4O = ['openai', 'gpt-4o'];

function withTiers(...standard: ContextTier[]) {
  return aDraft({ models: [aModel({ serviceTiers: { standard } })] });
}

describe('validateRateCard', () => {
  it('finds nothing in a card that may be published', () => {
    expect(validateRateCard(aDraft())).toEqual([]);
    const tiered = withTiers(aTier(GPT_4O_PRICES), aTier(GPT_4O_PRICES, 1), aTier(GPT_4O_PRICES, 200_000, cents('1')));
    expect(validateRateCard(tiered)).toEqual([]);
    expect(validateRateCard(withTiers(aTier({ input: '0' })))).toEqual([]);
    expect(validateRateCard(withTiers(aTier({}, 0, cents('1'))))).toEqual([]);
  });

  it('takes the same name at two providers', () => {
    expect(validateRateCard(aDraft({ models: [aModel(), aModel({ provider: 'azure' })] }))).toEqual([]);
  });

  it('refuses a card without models', () => {
    expect(validateRateCard(aDraft({ models: [] }))).toEqual([{ code: 'no_models', path: [] }]);
  });

  it.each([
    ['ends before it starts', '2025-12-31T23:59:59.999Z'],
    ['ends when it starts', '2026-01-01T00:00:00Z'],
  ])('refuses an interval that %s', (_, end) => {
    const inForce = { start: at('2026-01-01T00:00:00Z'), end: at(end) };
    expect(validateRateCard(aDraft({ inForce }))).toEqual([{ code: 'empty_interval', path: ['in_force'] }]);
  });

  it('takes an interval of a millisecond', () => {
    const inForce = { start: at('2026-01-01T00:00:00Z'), end: at('2026-01-01T00:00:00.001Z') };
    expect(validateRateCard(aDraft({ inForce }))).toEqual([]);
  });

  it('refuses names that no usage event could have', () => {
    expect(validateRateCard(aDraft({ id: 'list prices' }))).toEqual([{ code: 'invalid_name', path: ['id'] }]);
    const models = [
      aModel({ provider: '' }),
      aModel({ model: 'gpt 4o' }),
      aModel({ provider: 'azure', aliases: ['gpt-4o', 'größer'] }),
    ];
    expect(validateRateCard(aDraft({ models }))).toEqual([
      { code: 'invalid_name', path: ['', 'gpt-4o'] },
      { code: 'invalid_name', path: ['openai', 'gpt 4o'] },
      { code: 'invalid_name', path: ['azure', 'gpt-4o', 'aliases', 'größer'] },
      { code: 'repeated_name', path: ['azure', 'gpt-4o', 'gpt-4o'] },
    ]);
  });

  it('refuses a name that two models of a provider claim, as their own or as an alias', () => {
    const models = [
      aModel({ aliases: ['gpt-4o-latest'] }),
      aModel({ model: 'gpt-4o-mini', aliases: ['gpt-4o'] }),
      aModel({ model: 'gpt-4o-latest' }),
      aModel({ model: 'gpt-4o-mini' }),
    ];
    expect(validateRateCard(aDraft({ models }))).toEqual([
      { code: 'repeated_name', path: ['openai', 'gpt-4o-mini', 'gpt-4o'] },
      { code: 'repeated_name', path: ['openai', 'gpt-4o-latest', 'gpt-4o-latest'] },
      { code: 'repeated_name', path: ['openai', 'gpt-4o-mini', 'gpt-4o-mini'] },
    ]);
  });

  it('refuses a model without service tiers and a service tier without context tiers', () => {
    expect(validateRateCard(aDraft({ models: [aModel({ serviceTiers: {} })] }))).toEqual([
      { code: 'no_service_tiers', path: GPT_4O },
    ]);
    expect(validateRateCard(withTiers())).toEqual([{ code: 'no_context_tiers', path: [...GPT_4O, 'standard'] }]);
  });

  it('refuses context tiers that do not begin at 0', () => {
    expect(validateRateCard(withTiers(aTier(GPT_4O_PRICES, 1)))).toEqual([
      { code: 'first_tier_not_at_zero', path: [...GPT_4O, 'standard'] },
    ]);
  });

  it.each([
    ['fall', [0, 200, 100]],
    ['repeat', [0, 100, 100]],
    ['repeat at 0', [0, 0]],
  ])('refuses context tiers that %s', (_, thresholds) => {
    const tiers = thresholds.map((threshold) => aTier(GPT_4O_PRICES, threshold));
    expect(validateRateCard(withTiers(...tiers))).toEqual([
      { code: 'tiers_not_ascending', path: [...GPT_4O, 'standard'] },
    ]);
  });

  it.each([0.5, -1, 2 ** 53, Number.NaN])('refuses a threshold of %s tokens', (threshold) => {
    const codes = validateRateCard(withTiers(aTier(GPT_4O_PRICES, threshold))).map((fault) => fault.code);
    expect(codes).toEqual(['first_tier_not_at_zero', 'invalid_threshold']);
  });

  it('refuses a tier that charges for nothing at all', () => {
    expect(validateRateCard(withTiers(aTier(GPT_4O_PRICES), aTier({}, 100)))).toEqual([
      { code: 'tier_without_price', path: [...GPT_4O, 'standard', '100'] },
    ]);
  });

  it('refuses negative prices and fees', () => {
    const tier = aTier({ input: '-0.0000000001', output: '1' }, 0, cents('-1'));
    expect(validateRateCard(withTiers(tier))).toEqual([
      { code: 'negative_price', path: [...GPT_4O, 'standard', '0', 'input'] },
      { code: 'negative_price', path: [...GPT_4O, 'standard', '0', 'request'] },
    ]);
  });

  it('refuses a price of more than a million USD for one unit', () => {
    const dearer = addAmounts(LARGEST_UNIT_PRICE, amountOfUnits(1n));
    const tier = { ...aTier({}), unitPrices: { input: LARGEST_UNIT_PRICE, output: dearer } };
    expect(LARGEST_UNIT_PRICE).toBe(cents('100000000'));
    expect(validateRateCard(withTiers(tier))).toEqual([
      { code: 'price_too_large', path: [...GPT_4O, 'standard', '0', 'output'] },
    ]);
  });

  it('names every fault at once', () => {
    const models = [aModel({ serviceTiers: { batch: [aTier({}, 5)] } }), aModel()];
    const inForce = { start: at('2026-01-01T00:00:00Z'), end: at('2026-01-01T00:00:00Z') };
    expect(validateRateCard({ id: '', inForce, models }).map((fault) => fault.code)).toEqual([
      'invalid_name',
      'empty_interval',
      'first_tier_not_at_zero',
      'tier_without_price',
      'repeated_name',
    ]);
  });
});
