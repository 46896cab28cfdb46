import { cents } from '../../test/a-rate-card';
import {
  addAmounts,
  addMarkup,
  amountOfUnits,
  floorToCents,
  formatAmount,
  LARGEST_AMOUNT,
  multiplyAmount,
  negateAmount,
  parseAmount,
  subtractAmounts,
  ZERO_AMOUNT,
} from './amount';

describe('parseAmount', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['2.51425', 25_142_500_000n],
    ['-2.5142500000', -25_142_500_000n],
    ['0.0000000001', 1n],
    ['-0.0000000001', -1n],
    ['10.5', 105_000_000_000n],
    ['123456789012345678.0123456789', 1_234_567_890_123_456_780_123_456_789n],
  ])('reads %s as %s units', (text, units) => {
    expect(parseAmount(text)).toBe(units);
  });

  it.each([
    ['eleven decimals, though the last is zero', '0.00000000000'],
    ['nineteen digits before the point', '1234567890123456789'],
    ['a leading zero', '01'],
    ['a plus sign', '+1'],
    ['two signs', '--1'],
    ['an exponent', '1e3'],
    ['a point without decimals', '1.'],
    ['decimals without a point before them', '.5'],
    ['a comma', '1,5'],
    ['a space', ' 1'],
    ['a line break at the end', '1\n'],
    ['nothing', ''],
    ['only a sign', '-'],
    ['digits of another script', '١'],
    ['words', 'NaN'],
  ])('refuses %s', (_, text) => {
    expect(parseAmount(text)).toBeNull();
  });
});

describe('formatAmount', () => {
  it.each([
    [0n, '0.0000000000'],
    [1n, '0.0000000001'],
    [-1n, '-0.0000000001'],
    [9_999_999_999n, '0.9999999999'],
    [10_000_000_000n, '1.0000000000'],
    [-25_142_500_000n, '-2.5142500000'],
  ])('writes %s units as %s', (units, text) => {
    expect(formatAmount(amountOfUnits(units))).toBe(text);
  });

  it('writes the largest amount that a store must hold without losing a digit', () => {
    expect(formatAmount(LARGEST_AMOUNT)).toBe('100000000000000000.0000000000');
  });
});

describe('arithmetic', () => {
  it('adds, subtracts, negates and multiplies to the last unit', () => {
    expect(addAmounts(cents('0.1'), cents('0.2'))).toBe(cents('0.3'));
    expect(subtractAmounts(cents('0.3'), cents('0.1'))).toBe(cents('0.2'));
    expect(negateAmount(cents('-1.5'))).toBe(cents('1.5'));
    expect(multiplyAmount(cents('0.0000000003'), 1_000_000_000)).toBe(cents('0.3'));
    expect(multiplyAmount(cents('7'), 0)).toBe(ZERO_AMOUNT);
  });
});

describe('floorToCents', () => {
  it.each([
    ['0', 0n],
    ['2.9999999999', 2n],
    ['3', 3n],
    ['-0.0000000001', -1n],
    ['-2', -2n],
    ['-2.0000000001', -3n],
    ['-2.9999999999', -3n],
  ])('rounds %s towards minus infinity', (text, whole) => {
    expect(floorToCents(cents(text))).toBe(whole);
  });
});

describe('addMarkup', () => {
  it('leaves a subtotal without markup as it is', () => {
    expect(addMarkup(cents('2.5142500000'), 0)).toBe(cents('2.5142500000'));
  });

  it('adds hundredths of a per cent exactly where they divide', () => {
    expect(addMarkup(cents('2'), 1)).toBe(cents('2.0002'));
    expect(addMarkup(cents('2'), 2_500)).toBe(cents('2.5'));
    expect(addMarkup(cents('2'), 1_000_000)).toBe(cents('202'));
  });

  // Of n units, 5 per cent more are n + n/20: half a unit is left over at 10, 30, 50 …
  it.each([
    [9n, 9n, 'below half down'],
    [10n, 10n, 'half down to the even'],
    [11n, 12n, 'above half up'],
    [29n, 30n, 'below half down'],
    [30n, 32n, 'half up to the even'],
    [31n, 33n, 'above half up'],
    [50n, 52n, 'half down to the even'],
  ])('rounds %s units with 5 per cent to %s: %s', (subtotal, total) => {
    expect(addMarkup(amountOfUnits(subtotal), 500)).toBe(total);
  });

  it('takes a negative markup as a discount, down to nothing', () => {
    expect(addMarkup(cents('2'), -2_500)).toBe(cents('1.5'));
    expect(addMarkup(cents('2'), -10_000)).toBe(ZERO_AMOUNT);
  });

  it('answers something for what nobody may post, so that a verifier can name it', () => {
    expect(addMarkup(cents('2'), -20_000)).toBe(cents('-2'));
    expect(addMarkup(cents('-2'), 10_000)).toBe(cents('-4'));
  });

  it('marks up a subtotal of nothing', () => {
    expect(addMarkup(ZERO_AMOUNT, 500)).toBe(ZERO_AMOUNT);
  });
});
