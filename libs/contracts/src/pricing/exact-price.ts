import { type Amount, amountOfUnits } from '@floopy/domain';

/** 1 USD for a million tokens is 10^6 units of 10^-10 cent a token; 1 USD for a thousand requests 10^9 a request. */
export const UNITS_POWER_PER_MILLION = 6;
export const UNITS_POWER_PER_THOUSAND = 9;

/** How JavaScript writes a finite number that is not negative. */
const SHORTEST_DECIMAL = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/**
 * A catalogue's price, times 10^`power`, as a whole number of units. It goes through the shortest decimal that means
 * the number, which is what its author wrote; no float is ever multiplied.
 * @returns null when that is no whole number of units, or no price at all: nothing is rounded to make it fit.
 */
export function exactPrice(price: number, power: number): Amount | null {
  const match = SHORTEST_DECIMAL.exec(String(price));
  if (match === null) return null;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  const shift = power + Number(exponent) - fraction.length;
  // The shortest form never ends in a zero behind the point: what is left there is less than a unit.
  return shift < 0 ? null : amountOfUnits(digits * 10n ** BigInt(shift));
}
