declare const amountUnit: unique symbol;

/**
 * An exact sum of credits, in units of 10^-10 cent (1 credit = 1 US cent; one unit = 1 pico-USD).
 * Published token prices are whole numbers of it, so that a charge is a product and a sum, never a division.
 */
export type Amount = bigint & { readonly [amountUnit]: 'tenth of a nano-cent' };

export const AMOUNT_DECIMALS = 10;
export const UNITS_PER_CENT = 10_000_000_000n;
export const ZERO_AMOUNT = 0n as Amount;

/** 10^15 USD, in units: the largest sum that every store must hold. */
export const LARGEST_AMOUNT = (10n ** 27n) as Amount;

const BASIS_POINTS_OF_ONE = 10_000n;
const DECIMAL = /^(-?)(0|[1-9]\d{0,17})(?:\.(\d{1,10}))?$/;

/** Takes a whole number of units as an amount. */
export function amountOfUnits(units: bigint): Amount {
  return units as Amount;
}

export function addAmounts(left: Amount, right: Amount): Amount {
  return (left + right) as Amount;
}

export function subtractAmounts(left: Amount, right: Amount): Amount {
  return (left - right) as Amount;
}

export function negateAmount(amount: Amount): Amount {
  return -amount as Amount;
}

/** The price of `quantity` (a whole number, at least 0) units at `unitPrice` each. */
export function multiplyAmount(unitPrice: Amount, quantity: number): Amount {
  return (unitPrice * BigInt(quantity)) as Amount;
}

/**
 * Reads a decimal string of cents, such as `"2.51425"`: at most 18 digits before and 10 after the point.
 * @returns null for anything else; nothing is rounded to make it fit.
 */
export function parseAmount(text: string): Amount | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fraction = ''] = match;
  const units = BigInt(whole + fraction.padEnd(AMOUNT_DECIMALS, '0'));
  return (sign === '-' ? -units : units) as Amount;
}

/** Writes cents with exactly 10 decimals, such as `"2.5142500000"`: the one form in JSON and on Kafka. */
export function formatAmount(amount: Amount): string {
  const negative = amount < 0n;
  const digits = (negative ? -amount : amount).toString().padStart(AMOUNT_DECIMALS + 1, '0');
  const point = digits.length - AMOUNT_DECIMALS;
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Whole cents, rounded towards minus infinity: a shown balance never promises more than there is. */
export function floorToCents(amount: Amount): bigint {
  const whole = amount / UNITS_PER_CENT;
  return amount < 0n && whole * UNITS_PER_CENT !== amount ? whole - 1n : whole;
}

/**
 * Adds a markup in basis points: `subtotal × (10000 + markup) / 10000`, rounded half to even at the last unit.
 * The one place where money is divided. A markup below zero is a discount. In what is posted neither the subtotal nor
 * the factor is negative; verification may meet worse, and must name it instead of ending there.
 */
export function addMarkup(subtotal: Amount, markupBasisPoints: number): Amount {
  if (markupBasisPoints === 0) return subtotal;
  const product = subtotal * (BASIS_POINTS_OF_ONE + BigInt(markupBasisPoints));
  const quotient = product / BASIS_POINTS_OF_ONE;
  const twiceRemainder = 2n * (product % BASIS_POINTS_OF_ONE);
  const roundsUp =
    twiceRemainder > BASIS_POINTS_OF_ONE || (twiceRemainder === BASIS_POINTS_OF_ONE && quotient % 2n === 1n);
  return (roundsUp ? quotient + 1n : quotient) as Amount;
}
