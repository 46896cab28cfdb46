import { exactPrice, UNITS_POWER_PER_MILLION, UNITS_POWER_PER_THOUSAND } from './exact-price';

describe('exactPrice', () => {
  it.each([
    [2.5, 2_500_000n],
    [0.075, 75_000n],
    [0.003625, 3_625n],
    [0.000001, 1n],
    [1e-6, 1n],
    [0, 0n],
    [15, 15_000_000n],
    [1e21, 10n ** 27n],
  ])('reads %s USD for a million tokens as %s units a token', (price, units) => {
    expect(exactPrice(price, UNITS_POWER_PER_MILLION)).toBe(units);
  });

  it.each([
    [12, 12_000_000_000n],
    [2.5, 2_500_000_000n],
    [1e-9, 1n],
  ])('reads %s USD for a thousand requests as %s units a request', (price, units) => {
    expect(exactPrice(price, UNITS_POWER_PER_THOUSAND)).toBe(units);
  });

  it.each([0.18000000000000002, 0.08333333333333334, 0.1 + 0.2, 1e-7, 0.0000005])(
    'refuses %s USD for a million tokens, which is no whole number of units',
    (price) => expect(exactPrice(price, UNITS_POWER_PER_MILLION)).toBeNull(),
  );

  it.each([-1, -0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s, which is no price', (price) => {
    expect(exactPrice(price, UNITS_POWER_PER_MILLION)).toBeNull();
  });
});
