import type { Amount } from '../money/amount';
import type { ServiceTier } from '../usage/usage-event';
import type { Chargeable } from './token-class';

/** One line of a receipt: a class of tokens, or the fee for the request itself. */
export interface ReceiptLine {
  readonly tokenClass: Chargeable;
  readonly quantity: number;
  readonly unitPrice: Amount;
  /** `unitPrice × quantity`, exactly. */
  readonly amount: Amount;
}

/** Why a charge is what it is: everything that is needed to compute it again. */
export interface Receipt {
  readonly rateCard: { readonly id: string; readonly version: number; readonly contentHash: string };
  readonly override: { readonly id: string; readonly version: number } | null;
  readonly serviceTier: ServiceTier;
  readonly aboveInputTokens: number;
  readonly lines: readonly ReceiptLine[];
  readonly subtotal: Amount;
  readonly markupBasisPoints: number;
  readonly total: Amount;
}

/** The name of a context tier on a receipt: `base`, or the input tokens that it lies above. */
export function contextTierName(aboveInputTokens: number): string {
  return aboveInputTokens === 0 ? 'base' : `above_${aboveInputTokens}`;
}
