import { aDraft, aModel, anOverride, anOverriddenPrice, aTier, cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { overridesWithoutRate, validateRateOverride } from './validate-rate-override';

const INPUT = ['openai', 'gpt-4o', 'standard', '0', 'input'];

describe('validateRateOverride', () => {
  it('finds nothing in an override that may be published, also when it agrees on no price', () => {
    expect(validateRateOverride(anOverride())).toEqual([]);
    const unitPrices = [anOverriddenPrice(), anOverriddenPrice({ tokenClass: 'output', unitPrice: cents('0') })];
    expect(validateRateOverride(anOverride({ unitPrices }))).toEqual([]);
  });

  it.each([
    ['provider', { provider: 'azure' }],
    ['model', { model: 'gpt-5' }],
    ['service tier', { serviceTier: 'batch' }],
    ['context tier', { aboveInputTokens: 1 }],
    ['class', { tokenClass: 'output' }],
  ] as const)('takes two prices that differ in their %s', (_, other) => {
    const unitPrices = [anOverriddenPrice(), anOverriddenPrice(other)];
    expect(validateRateOverride(anOverride({ unitPrices }))).toEqual([]);
  });

  it('names every fault at once', () => {
    const start = at('2026-01-01T00:00:00Z');
    const override = anOverride({
      id: 'acme 2026',
      inForce: { start, end: start },
      unitPrices: [
        anOverriddenPrice({ unitPrice: cents('-1') }),
        anOverriddenPrice(),
        anOverriddenPrice({ provider: '', aboveInputTokens: -1 }),
        anOverriddenPrice({ model: 'ö', aboveInputTokens: 1.5 }),
      ],
    });
    expect(validateRateOverride(override)).toEqual([
      { code: 'invalid_name', path: ['id'] },
      { code: 'empty_interval', path: ['in_force'] },
      { code: 'negative_price', path: INPUT },
      { code: 'invalid_name', path: ['', 'gpt-4o', 'standard', '-1', 'input'] },
      { code: 'invalid_threshold', path: ['', 'gpt-4o', 'standard', '-1', 'input'] },
      { code: 'invalid_name', path: ['openai', 'ö', 'standard', '1.5', 'input'] },
      { code: 'invalid_threshold', path: ['openai', 'ö', 'standard', '1.5', 'input'] },
      { code: 'repeated_name', path: INPUT },
    ]);
  });
});

describe('overridesWithoutRate', () => {
  const card = aDraft({
    models: [
      aModel({
        aliases: ['gpt-4o-latest'],
        serviceTiers: { standard: [aTier({ input: '1' }), aTier({ input: '2' }, 100)] },
      }),
    ],
  });

  it.each([
    ['a price of the card', {}],
    ['its higher context tier', { aboveInputTokens: 100 }],
    ['a class that the card has no price for', { tokenClass: 'output' }],
  ] as const)('does not mind %s', (_, agreed) => {
    expect(overridesWithoutRate(anOverride({ unitPrices: [anOverriddenPrice(agreed)] }), card)).toEqual([]);
  });

  it.each([
    ['another provider', { provider: 'azure' }],
    ['an unknown model', { model: 'gpt-9' }],
    ['an alias, under which nothing is priced', { model: 'gpt-4o-latest' }],
    ['a service tier that the model lacks', { serviceTier: 'batch' }],
    ['a threshold that the tier lacks', { aboveInputTokens: 200 }],
  ] as const)('finds %s', (_, agreed) => {
    const price = anOverriddenPrice(agreed);
    expect(overridesWithoutRate(anOverride({ unitPrices: [anOverriddenPrice(), price] }), card)).toEqual([price]);
  });

  it('finds every price where no card is in force', () => {
    const unitPrices = [anOverriddenPrice()];
    expect(overridesWithoutRate(anOverride({ unitPrices }), null)).toEqual(unitPrices);
    expect(overridesWithoutRate(anOverride(), null)).toEqual([]);
  });
});
