import * as fc from 'fast-check';
import {
  addMarkup,
  type Amount,
  amountOfUnits,
  floorToCents,
  formatAmount,
  negateAmount,
  parseAmount,
  UNITS_PER_CENT,
} from './amount';

const anAmount = fc.bigInt({ min: -(10n ** 28n) + 1n, max: 10n ** 28n - 1n }).map(amountOfUnits);
const aSubtotal = fc.bigInt({ min: 0n, max: 10n ** 27n }).map(amountOfUnits);
const aMarkup = fc.integer({ min: -10_000, max: 1_000_000 });

describe('amounts', () => {
  it('come back from their text unchanged', () => {
    fc.assert(fc.property(anAmount, (amount) => expect(parseAmount(formatAmount(amount))).toBe(amount)));
  });

  it('have exactly one written form, which is the form of whatever reads the same', () => {
    const decimal = fc
      .tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }), fc.stringMatching(/^\d{1,10}$/))
      .map(([sign, whole, fraction]) => ({ text: `${sign}${whole}.${fraction}`, sign, whole, fraction }));
    fc.assert(
      fc.property(decimal, ({ text, sign, whole, fraction }) => {
        const isZero = whole === 0n && BigInt(fraction) === 0n;
        const written = `${sign === '-' && !isZero ? '-' : ''}${whole}.${fraction.padEnd(10, '0')}`;
        expect(formatAmount(parseAmount(text) as Amount)).toBe(written);
      }),
    );
  });

  it('never show more whole cents than there are, and less than one cent fewer', () => {
    fc.assert(
      fc.property(anAmount, (amount) => {
        const shown = floorToCents(amount) * UNITS_PER_CENT;
        expect(shown <= amount && amount - shown < UNITS_PER_CENT).toBe(true);
      }),
    );
  });

  it('are marked up to the nearest unit, and to the even one of two that are as near', () => {
    fc.assert(
      fc.property(aSubtotal, aMarkup, (subtotal, markup) => {
        const total = addMarkup(subtotal, markup);
        const error = total * 10_000n - subtotal * BigInt(10_000 + markup);
        const distance = error < 0n ? negateAmount(amountOfUnits(error)) : error;
        expect(distance < 5_000n || (distance === 5_000n && total % 2n === 0n)).toBe(true);
      }),
    );
  });

  it('stay at or above zero and in order under a markup', () => {
    fc.assert(
      fc.property(aSubtotal, aSubtotal, aMarkup, (left, right, markup) => {
        const [low, high] = left <= right ? [left, right] : [right, left];
        expect(addMarkup(low, markup) >= 0n && addMarkup(low, markup) <= addMarkup(high, markup)).toBe(true);
      }),
    );
  });
});
