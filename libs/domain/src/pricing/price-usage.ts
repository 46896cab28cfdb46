import { assert } from '../assert';
import { addAmounts, addMarkup, type Amount, multiplyAmount, ZERO_AMOUNT } from '../money/amount';
import { isServed, type UsageEvent } from '../usage/usage-event';
import type { PriceBook } from './price-book';
import { type ContextTier, contextTierFor, type OverriddenPrice } from './rate-card';
import type { Receipt, ReceiptLine } from './receipt';
import { TOKEN_CLASSES, type TokenClass, tokensOfClass } from './token-class';

/** The rate that a usage event needs and no published card has; the event waits until an operator adds it. */
export interface MissingRate {
  readonly provider: string;
  readonly model: string;
  readonly serviceTier: string;
  readonly missing: 'rate_card' | 'model' | 'service_tier' | TokenClass;
}

export type PricingOutcome =
  | { readonly type: 'priced'; readonly amount: Amount; readonly receipt: Receipt }
  /** Nothing was served, or it came from a cache: it costs nothing whatever the card says, and has no receipt. */
  | { readonly type: 'free'; readonly amount: Amount }
  | { readonly type: 'unpriced'; readonly rate: MissingRate };

/**
 * Prices one usage event: tokens of each class × its rate + the request fee, then the organization's markup.
 * The newest published card whose interval holds `occurredAt` decides; an agreed override replaces its unit prices.
 * A missing rate is never guessed, taken from another tier, or zero.
 */
export function priceUsage(event: UsageEvent, book: PriceBook, markupBasisPoints: number): PricingOutcome {
  if (!isServed(event.outcome) || event.cacheHit) return { type: 'free', amount: ZERO_AMOUNT };
  const card = book.cardInForce(event.occurredAt);
  if (card === null) return unpriced(event, 'rate_card');
  const rates = book.modelRates(card, event.provider, event.model);
  if (rates === null) return unpriced(event, 'model');
  const tier = contextTierFor(rates.serviceTiers[event.serviceTier] ?? [], event.tokens.input);
  if (tier === null) return unpriced(event, 'service_tier');
  const override = book.overrideInForce(event.organizationId, event.occurredAt);
  const agreedPrices = override === null ? [] : book.agreedPrices(override, rates);
  const lines = receiptLines(event, tier, agreedPrices);
  if (typeof lines === 'string') return unpriced(event, lines);

  const subtotal = lines.reduce((sum, line) => addAmounts(sum, line.amount), ZERO_AMOUNT);
  const total = addMarkup(subtotal, markupBasisPoints);
  const receipt: Receipt = {
    rateCard: { id: card.id, version: card.version, contentHash: card.contentHash },
    override: override === null ? null : { id: override.id, version: override.version },
    serviceTier: event.serviceTier,
    aboveInputTokens: tier.aboveInputTokens,
    lines,
    subtotal,
    markupBasisPoints,
    total,
  };
  return { type: 'priced', amount: total, receipt };
}

/** The lines of a receipt, or the first class that has tokens and no rate. */
function receiptLines(
  event: UsageEvent,
  tier: ContextTier,
  agreedPrices: readonly OverriddenPrice[],
): ReceiptLine[] | TokenClass {
  const lines: ReceiptLine[] = [];
  // With the organization's own provider key the tokens were paid for already; the fee for the request stays.
  const classes = event.credential === 'byok' ? [] : TOKEN_CLASSES;
  for (const tokenClass of classes) {
    const quantity = tokensOfClass(event.tokens, tokenClass);
    if (quantity === 0) continue;
    assert(quantity > 0, 'subsets of token counts never exceed their total: decoding has refused that');
    const unitPrice = agreedPrice(agreedPrices, event, tier, tokenClass) ?? tier.unitPrices[tokenClass];
    if (unitPrice === undefined) return tokenClass;
    lines.push({ tokenClass, quantity, unitPrice, amount: multiplyAmount(unitPrice, quantity) });
  }
  if (tier.requestFee !== ZERO_AMOUNT) {
    lines.push({ tokenClass: 'request', quantity: 1, unitPrice: tier.requestFee, amount: tier.requestFee });
  }
  return lines;
}

/** The price that was agreed for a class of this tier; undefined leaves the card's price alone. */
function agreedPrice(
  agreedPrices: readonly OverriddenPrice[],
  event: UsageEvent,
  tier: ContextTier,
  tokenClass: TokenClass,
): Amount | undefined {
  return agreedPrices.find(
    (price) =>
      price.tokenClass === tokenClass &&
      price.serviceTier === event.serviceTier &&
      price.aboveInputTokens === tier.aboveInputTokens,
  )?.unitPrice;
}

function unpriced(event: UsageEvent, missing: MissingRate['missing']): PricingOutcome {
  const { provider, model, serviceTier } = event;
  return { type: 'unpriced', rate: { provider, model, serviceTier, missing } };
}
