import { anOverride, anOverriddenPrice, cents } from '../../test/a-rate-card';
import { rateOverrideInContent, readRateOverrideContent, writeRateOverrideContent } from './rate-override-content';

const { version, ...draft } = anOverride({
  unitPrices: [
    anOverriddenPrice({ tokenClass: 'output', unitPrice: cents('0.0009') }),
    anOverriddenPrice({ aboveInputTokens: 100 }),
    anOverriddenPrice(),
  ],
});

describe('the content of an override', () => {
  it('is canonical JSON, its prices in the order of a card', () => {
    const price = (above: number, tokenClass: string, unitPrice: string): string =>
      `{"above_input_tokens":${above},"model":"gpt-4o","provider":"openai","service_tier":"standard",` +
      `"token_class":"${tokenClass}","unit_price":"${unitPrice}"}`;
    expect(writeRateOverrideContent(draft)).toBe(
      '{"id":"acme-2026","in_force":{"end":null,"start":"2020-01-01T00:00:00.000Z"},"organization_id":"org_acme",' +
        `"unit_prices":[${price(0, 'input', '0.0001000000')},${price(0, 'output', '0.0009000000')},` +
        `${price(100, 'input', '0.0001000000')}]}`,
    );
  });

  it('is recognised to the last byte', () => {
    const content = writeRateOverrideContent(draft);
    expect(rateOverrideInContent(content)).toEqual(readRateOverrideContent(content));
    expect(rateOverrideInContent(content.replace('"unit_price"', '"unit_prize"'))).toBeNull();
    expect(rateOverrideInContent(`[${content}]`)).toBeNull();
  });

  it('orders prices by service tier as a card does', () => {
    const tiers = ['priority', 'flex', 'batch', 'standard'] as const;
    const unitPrices = tiers.map((serviceTier) => anOverriddenPrice({ serviceTier }));
    const read = readRateOverrideContent(writeRateOverrideContent(anOverride({ unitPrices })));
    expect(read.unitPrices.map(({ serviceTier }) => serviceTier)).toEqual(['standard', 'batch', 'flex', 'priority']);
  });

  it('comes back as the override that was written, and does not know its version', () => {
    const read = readRateOverrideContent(writeRateOverrideContent(draft));
    expect(read).toEqual({ ...draft, unitPrices: [draft.unitPrices[2], draft.unitPrices[0], draft.unitPrices[1]] });
    expect(writeRateOverrideContent(read)).toBe(
      writeRateOverrideContent(anOverride({ ...draft, version: version + 1 })),
    );
  });
});
