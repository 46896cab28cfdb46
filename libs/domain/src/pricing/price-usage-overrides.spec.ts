import { aBook, aModel, anOverride, anOverriddenPrice, cents, GEMINI_2_5_PRO } from '../../test/a-rate-card';
import { at, aUsageEvent } from '../../test/a-usage-event';
import { organizationIdOf } from '../organization/organization';
import { priceUsage } from './price-usage';

describe('an override in priceUsage', () => {
  const bookWith = (...unitPrices: ReturnType<typeof anOverriddenPrice>[]) =>
    aBook([aModel({ aliases: ['gpt-4o-2024-08-06'] }), GEMINI_2_5_PRO], [anOverride({ version: 3, unitPrices })]);

  it('replaces the prices that it names and no other', () => {
    expect(priceUsage(aUsageEvent(), bookWith(anOverriddenPrice()), 0)).toMatchObject({
      amount: cents('0.2'),
      receipt: { override: { id: 'acme-2026', version: 3 } },
    });
  });

  it('replaces a price by nothing, when that was agreed', () => {
    const free = anOverriddenPrice({ unitPrice: cents('0') });
    expect(priceUsage(aUsageEvent(), bookWith(free), 0)).toMatchObject({ amount: cents('0.1') });
  });

  it('holds for every alias of its model', () => {
    const event = aUsageEvent({ model: 'gpt-4o-2024-08-06' });
    expect(priceUsage(event, bookWith(anOverriddenPrice()), 0)).toMatchObject({ amount: cents('0.2') });
  });

  it('comes before the markup', () => {
    expect(priceUsage(aUsageEvent(), bookWith(anOverriddenPrice()), 10_000)).toMatchObject({ amount: cents('0.4') });
  });

  it('gives a rate to a class that the card has none for', () => {
    const audio = anOverriddenPrice({ tokenClass: 'input_audio', unitPrice: cents('1') });
    const event = aUsageEvent({ tokens: { input: 2, inputAudio: 2 } });
    expect(priceUsage(event, bookWith(audio), 0)).toMatchObject({ amount: cents('2') });
  });

  it.each([
    ['another model', anOverriddenPrice({ model: 'gpt-5' })],
    ['another provider', anOverriddenPrice({ provider: 'azure' })],
    ['another service tier', anOverriddenPrice({ serviceTier: 'batch' })],
    ['another context tier', anOverriddenPrice({ aboveInputTokens: 100 })],
    ['another class', anOverriddenPrice({ tokenClass: 'input_audio' })],
  ])('of %s leaves the price alone', (_, price) => {
    expect(priceUsage(aUsageEvent(), bookWith(price), 0)).toMatchObject({ amount: cents('0.35') });
  });

  it('of the higher context tier holds only there', () => {
    const agreed = anOverriddenPrice({ ...GEMINI_2_5_PRO, aboveInputTokens: 200_000, unitPrice: cents('0.0001') });
    const of = (input: number) => aUsageEvent({ provider: 'google', model: 'gemini-2.5-pro', tokens: { input } });
    expect(priceUsage(of(200_000), bookWith(agreed), 0)).toMatchObject({ amount: cents('25') });
    expect(priceUsage(of(200_001), bookWith(agreed), 0)).toMatchObject({ amount: cents('20.0001') });
  });

  it('of another organization, or out of its time, leaves the price alone', () => {
    const unitPrices = [anOverriddenPrice()];
    const others = [
      anOverride({ organizationId: organizationIdOf('org_other'), unitPrices }),
      anOverride({ inForce: { start: at('2026-12-01T00:00:00Z'), end: null }, unitPrices }),
    ];
    for (const override of others) {
      expect(priceUsage(aUsageEvent(), aBook([aModel()], [override]), 0)).toMatchObject({
        amount: cents('0.35'),
        receipt: { override: null },
      });
    }
  });

  it('without prices ends what was agreed before', () => {
    const agreed = anOverride({ unitPrices: [anOverriddenPrice()] });
    const ended = anOverride({ version: 2, inForce: { start: at('2026-11-01T00:00:00Z'), end: null } });
    expect(priceUsage(aUsageEvent(), aBook([aModel()], [agreed, ended]), 0)).toMatchObject({ amount: cents('0.35') });
  });
});
