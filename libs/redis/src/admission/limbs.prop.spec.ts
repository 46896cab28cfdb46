import { amountOfUnits, LARGEST_AMOUNT } from '@floopy/domain';
import * as fc from 'fast-check';
import { amountOfLimbs, limbsOf } from './limbs';

describe('an amount in two limbs', () => {
  it('is the amount again, from two numbers that a double holds exactly', () => {
    fc.assert(
      fc.property(fc.bigInt(-LARGEST_AMOUNT, LARGEST_AMOUNT), (units) => {
        const [high, low] = limbsOf(amountOfUnits(units));
        expect(Number.isSafeInteger(Number(high))).toBe(true);
        expect(Number(low)).toBeGreaterThanOrEqual(0);
        expect(Number(low)).toBeLessThan(100_000_000_000_000);
        expect(amountOfLimbs(Number(high), Number(low))).toBe(units);
      }),
    );
  });
});
