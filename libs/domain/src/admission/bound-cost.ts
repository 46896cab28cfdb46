import { addAmounts, addMarkup, type Amount, multiplyAmount, ZERO_AMOUNT } from '../money/amount';
import type { OrganizationId } from '../organization/organization';
import type { PriceBook } from '../pricing/price-book';
import type { MissingRate } from '../pricing/price-usage';
import { type ContextTier, contextTierFor, type OverriddenPrice } from '../pricing/rate-card';
import type { TokenClass } from '../pricing/token-class';
import type { Instant } from '../time/instant';
import type { Credential, ServiceTier } from '../usage/usage-event';

/** A model that a request may be answered by. */
export interface ModelName {
  readonly provider: string;
  readonly model: string;
}

/** What is known of a request before it runs. */
export interface IntendedRequest {
  readonly organizationId: OrganizationId;
  /** The model that is asked for, and the fallbacks that the gateway would use; at least one. */
  readonly models: readonly ModelName[];
  readonly serviceTier: ServiceTier;
  readonly credential: Credential;
  readonly inputTokens: number;
  readonly maxOutputTokens: number;
}

export type CostBound =
  | { readonly type: 'bounded'; readonly amount: Amount }
  /** One of the models has no rate for it: what it would cost, nobody could charge. */
  | { readonly type: 'unpriced'; readonly rate: MissingRate };

const INPUT_CLASSES: readonly TokenClass[] = [
  'input',
  'cache_read_input',
  'cache_creation_5m_input',
  'cache_creation_1h_input',
  'input_audio',
  'cache_read_input_audio',
];
const OUTPUT_CLASSES: readonly TokenClass[] = ['output', 'reasoning_output', 'output_audio'];

/**
 * The most that a request can cost by the prices in force, as long as it uses no more tokens than it says: every input
 * token at the dearest input class, every output token at the dearest output class, the fee, and the markup; in the dearest
 * tier that it can reach, of the dearest of its models. What `priceUsage` charges for it is never more.
 */
export function boundCost(
  request: IntendedRequest,
  book: PriceBook,
  markupBasisPoints: number,
  now: Instant,
): CostBound {
  let dearest = ZERO_AMOUNT;
  for (const model of request.models) {
    const subtotal = boundOfModel(request, model, book, now);
    if (typeof subtotal === 'string') {
      const { serviceTier } = request;
      return { type: 'unpriced', rate: { ...model, serviceTier, missing: subtotal } };
    }
    if (subtotal > dearest) dearest = subtotal;
  }
  return { type: 'bounded', amount: addMarkup(dearest, markupBasisPoints) };
}

function boundOfModel(
  request: IntendedRequest,
  { provider, model }: ModelName,
  book: PriceBook,
  now: Instant,
): Amount | MissingRate['missing'] {
  const card = book.cardInForce(now);
  if (card === null) return 'rate_card';
  const rates = book.modelRates(card, provider, model);
  if (rates === null) return 'model';
  const tiers = rates.serviceTiers[request.serviceTier] ?? [];
  if (contextTierFor(tiers, request.inputTokens) === null) return 'service_tier';
  const override = book.overrideInForce(request.organizationId, now);
  const agreed = override === null ? [] : book.agreedPrices(override, rates);

  let dearest = ZERO_AMOUNT;
  for (const tier of tiers) {
    if (tier.aboveInputTokens > 0 && tier.aboveInputTokens >= request.inputTokens) continue;
    const bound = boundInTier(request, tier, agreed);
    if (typeof bound === 'string') return bound;
    if (bound > dearest) dearest = bound;
  }
  return dearest;
}

function boundInTier(
  { inputTokens, maxOutputTokens, serviceTier, credential }: IntendedRequest,
  tier: ContextTier,
  agreed: readonly OverriddenPrice[],
): Amount | TokenClass {
  // With the organization's own provider key the tokens were paid for already; the fee for the request stays.
  if (credential === 'byok') return tier.requestFee;
  const priceOf = (tokenClass: TokenClass): Amount | undefined =>
    agreed.find(
      (price) =>
        price.tokenClass === tokenClass &&
        price.serviceTier === serviceTier &&
        price.aboveInputTokens === tier.aboveInputTokens,
    )?.unitPrice ?? tier.unitPrices[tokenClass];
  if (inputTokens > 0 && priceOf('input') === undefined) return 'input';
  if (maxOutputTokens > 0 && priceOf('output') === undefined) return 'output';
  const input = multiplyAmount(dearestOf(INPUT_CLASSES, priceOf), inputTokens);
  const output = multiplyAmount(dearestOf(OUTPUT_CLASSES, priceOf), maxOutputTokens);
  return addAmounts(addAmounts(input, output), tier.requestFee);
}

function dearestOf(classes: readonly TokenClass[], priceOf: (tokenClass: TokenClass) => Amount | undefined): Amount {
  let dearest = ZERO_AMOUNT;
  for (const tokenClass of classes) {
    const price = priceOf(tokenClass);
    if (price !== undefined && price > dearest) dearest = price;
  }
  return dearest;
}
