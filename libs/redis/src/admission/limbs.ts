import { type Amount, amountOfUnits } from '@floopy/domain';

/**
 * Redis' scripts have doubles only, which are exact to 2^53. So an amount travels as two whole numbers:
 * units = high × 10^14 + low, with 0 ≤ low < 10^14. The largest amount has a high limb of 10^13.
 */
export type Limbs = readonly [high: string, low: string];

const LIMB = 100_000_000_000_000n;

export function limbsOf(amount: Amount): Limbs {
  const remainder = amount % LIMB;
  const low = remainder < 0n ? remainder + LIMB : remainder;
  return [String((amount - low) / LIMB), String(low)];
}

export function amountOfLimbs(high: number | string, low: number | string): Amount {
  return amountOfUnits(BigInt(high) * LIMB + BigInt(low));
}
