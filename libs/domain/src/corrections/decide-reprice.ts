import { assert } from '../assert';
import type { AppliedPrice } from '../ledger/ledger-event';
import type { Amount } from '../money/amount';
import { type PriceBook, priceBookOf } from '../pricing/price-book';
import { type MissingRate, priceUsage } from '../pricing/price-usage';
import type { RateCard, RateOverride } from '../pricing/rate-card';
import { type CorrectedCharge, standingCharge } from './corrected-charge';
import { usageOfCharge } from './usage-of-charge';

/** The prices that usage should have had: published versions, whatever interval they are in force in. */
export interface RightPrices {
  /** A version of the card; `kept` for the one that each charge stands by. */
  readonly rateCardVersion: number | 'kept';
  /** A version of the organization's override, null for none; `kept` for the one that each charge stands by. */
  readonly overrideVersion: number | null | 'kept';
}

export type RepriceDecision =
  | {
      readonly type: 'repriced';
      readonly price: AppliedPrice;
      /** What is charged now, and what it costs by the right prices; not the same. */
      readonly before: Amount;
      readonly after: Amount;
    }
  /** It costs the same. */
  | { readonly type: 'unchanged'; readonly amount: Amount }
  /** Nothing of it stands any more. */
  | { readonly type: 'reversed' }
  /** The right prices have no rate for it: nothing is guessed. */
  | { readonly type: 'unpriced'; readonly rate: MissingRate };

/** Prices charges by versions that somebody names, instead of those in force. */
export class RepriceBook {
  private readonly cards: ReadonlyMap<number, RateCard>;
  private readonly overrides: ReadonlyMap<string, RateOverride>;
  private readonly book: PriceBook;

  constructor(cards: readonly RateCard[], overrides: readonly RateOverride[]) {
    this.cards = new Map(cards.map((card) => [card.version, card]));
    this.overrides = new Map(
      overrides.map((override) => [overrideKey(override.organizationId, override.version), override]),
    );
    this.book = priceBookOf(cards, overrides);
  }

  /** What becomes of a charge when it gets the right prices. Its markup stays what it was. */
  decide(corrected: CorrectedCharge, right: RightPrices): RepriceDecision {
    const { amount, price: standing, isReversed } = standingCharge(corrected);
    if (isReversed) return { type: 'reversed' };
    if (standing === null) return { type: 'unchanged', amount };
    const price = {
      rateCardVersion: right.rateCardVersion === 'kept' ? standing.rateCardVersion : right.rateCardVersion,
      overrideVersion: right.overrideVersion === 'kept' ? standing.overrideVersion : right.overrideVersion,
      markupBasisPoints: standing.markupBasisPoints,
    };
    const priced = priceUsage(
      usageOfCharge(corrected.charge, corrected.charge.usage),
      this.bookOf(corrected, price),
      price.markupBasisPoints,
    );
    if (priced.type === 'unpriced') return priced;
    if (priced.amount === amount) return { type: 'unchanged', amount };
    return { type: 'repriced', price, before: amount, after: priced.amount };
  }

  private bookOf({ charge }: CorrectedCharge, { rateCardVersion, overrideVersion }: AppliedPrice): PriceBook {
    const card = this.cards.get(rateCardVersion);
    assert(card !== undefined, 'a reprice names a published card');
    const override =
      overrideVersion === null ? null : this.overrides.get(overrideKey(charge.organizationId, overrideVersion));
    assert(override !== undefined, 'a reprice names a published override');
    return { ...this.book, cardInForce: () => card, overrideInForce: () => override };
  }
}

function overrideKey(organizationId: string, version: number): string {
  return `${organizationId} ${version}`;
}
