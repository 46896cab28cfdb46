import { formatAmount } from '@floopy/domain';
import * as fc from 'fast-check';
import { exactPrice, UNITS_POWER_PER_MILLION } from './exact-price';

describe('exactPrice', () => {
  it('is exactly the decimal that an author wrote, for every price that has one', () => {
    // 0 to 10,000 USD with at most six decimals, as text: what the number is read from.
    const written = fc.tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 999_999 }));
    fc.assert(
      fc.property(written, ([whole, fraction]) => {
        const decimals = String(fraction).padStart(6, '0');
        const units = exactPrice(Number(`${whole}.${decimals}`), UNITS_POWER_PER_MILLION);
        expect(units).toBe(BigInt(`${whole}${decimals}`));
      }),
    );
  });

  it('never rounds: what it takes can be written back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (price) => {
        const units = exactPrice(price, UNITS_POWER_PER_MILLION);
        // A unit a token is 10^-10 cent a token, so 10^-6 USD for a million.
        const back = units === null ? price : Number(formatAmount(units)) * 1e4;
        expect(Math.abs(back - price)).toBeLessThanOrEqual(price * 1e-15);
      }),
    );
  });
});
