import {
  type Amount,
  assert,
  type ContextTier,
  LARGEST_UNIT_PRICE,
  type TokenClass,
  ZERO_AMOUNT,
} from '@floopy/domain';
import { exactPrice, UNITS_POWER_PER_MILLION, UNITS_POWER_PER_THOUSAND } from './exact-price';
import type { GenaiPrices, GenaiTieredPrice } from './genai-catalogue';

/** A price of the catalogue that a card cannot have, or must not have without another. */
export interface PriceFault {
  /** The catalogue's key; null when it is about the whole model. */
  readonly price: string | null;
  readonly reason:
    | 'no_price'
    | 'invalid_price'
    | 'not_a_whole_number_of_units'
    | 'price_too_large'
    /** Tokens that the model prices apart and usage events do not: priced as text they would be charged wrongly. */
    | 'tokens_not_told_apart'
    /** Beside the tokens, such as a search or a page: the tokens are charged, this is not, yet. */
    | 'not_priced_yet';
  readonly detail: string;
}

export interface ImportedTiers {
  /** Null when the model cannot be on a card; `faults` says why. */
  readonly tiers: readonly ContextTier[] | null;
  readonly faults: readonly PriceFault[];
}

type StatedPrice = number | GenaiTieredPrice;

/** An exact price from a number of input tokens on. */
interface Step {
  readonly aboveInputTokens: number;
  readonly price: Amount;
}

/** What one key of the catalogue charges for; null for the request itself. Steps ascend, the first at 0. */
interface Charge {
  readonly tokenClass: TokenClass | null;
  readonly steps: readonly Step[];
}

const CLASS_BY_KEY: ReadonlyMap<string, TokenClass> = new Map([
  ['input_mtok', 'input'],
  ['cache_read_mtok', 'cache_read_input'],
  ['cache_write_mtok', 'cache_creation_5m_input'],
  ['cache_write_1h_mtok', 'cache_creation_1h_input'],
  ['input_audio_mtok', 'input_audio'],
  ['cache_audio_read_mtok', 'cache_read_input_audio'],
  ['output_mtok', 'output'],
  ['output_reasoning_mtok', 'reasoning_output'],
  ['output_audio_mtok', 'output_audio'],
]);
const REQUEST_KEY = 'requests_kcount';
const TOKEN_KEY = /_mtok$/;

/** Turns the prices of one model into the context tiers of a card: at every threshold every price, inherited ones too. */
export function contextTiersOf(prices: GenaiPrices): ImportedTiers {
  const charges: Charge[] = [];
  const refused: PriceFault[] = [];
  const beside: PriceFault[] = [];
  for (const [key, price] of Object.entries(prices)) {
    if (price === undefined) continue;
    if (CLASS_BY_KEY.has(key) || key === REQUEST_KEY) {
      const charge = chargeOf(key, price);
      if ('reason' in charge) refused.push(charge);
      else charges.push(charge);
    } else if (TOKEN_KEY.test(key)) {
      refused.push({ price: key, reason: 'tokens_not_told_apart', detail: written(price) });
    } else {
      beside.push({ price: key, reason: 'not_priced_yet', detail: written(price) });
    }
  }
  if (charges.length === 0 && refused.length === 0) {
    refused.push({ price: null, reason: 'no_price', detail: 'neither for tokens nor for a request' });
  }
  return { tiers: refused.length === 0 ? contextTiers(charges) : null, faults: [...refused, ...beside] };
}

function chargeOf(key: string, price: StatedPrice): Charge | PriceFault {
  const stated = typeof price === 'number' ? [{ start: 0, price }] : [{ start: 0, price: price.base }, ...price.tiers];
  const power = key === REQUEST_KEY ? UNITS_POWER_PER_THOUSAND : UNITS_POWER_PER_MILLION;
  const steps: Step[] = [];
  for (const [index, step] of stated.entries()) {
    const previous = steps.at(-1)?.aboveInputTokens ?? -1;
    if (!Number.isSafeInteger(step.start) || step.start <= previous || !(step.price >= 0)) {
      return { price: key, reason: 'invalid_price', detail: `${written(price)}, step ${index}` };
    }
    const exact = exactPrice(step.price, power);
    if (exact === null) return { price: key, reason: 'not_a_whole_number_of_units', detail: written(price) };
    if (exact > LARGEST_UNIT_PRICE) return { price: key, reason: 'price_too_large', detail: written(price) };
    steps.push({ aboveInputTokens: step.start, price: exact });
  }
  return { tokenClass: CLASS_BY_KEY.get(key) ?? null, steps };
}

function contextTiers(charges: readonly Charge[]): ContextTier[] {
  const thresholds = new Set(charges.flatMap(({ steps }) => steps.map((step) => step.aboveInputTokens)));
  return [...thresholds]
    .sort((left, right) => left - right)
    .map((aboveInputTokens) => {
      const unitPrices: Partial<Record<TokenClass, Amount>> = {};
      let requestFee = ZERO_AMOUNT;
      for (const { tokenClass, steps } of charges) {
        const step = steps.findLast((candidate) => candidate.aboveInputTokens <= aboveInputTokens);
        assert(step !== undefined, 'the first step of every price is at 0');
        if (tokenClass === null) requestFee = step.price;
        else unitPrices[tokenClass] = step.price;
      }
      return { aboveInputTokens, unitPrices: withInherited(unitPrices), requestFee };
    });
}

/**
 * Writes out what a missing rate is known to be: reasoning is output, a cached read costs what a read costs, and an hour's
 * cache write what five minutes' does. Any other class stays missing.
 */
function withInherited(stated: Readonly<Partial<Record<TokenClass, Amount>>>): Partial<Record<TokenClass, Amount>> {
  const { input, output, cache_creation_5m_input: fiveMinutes } = stated;
  return {
    ...(input === undefined ? {} : { cache_read_input: input }),
    ...(fiveMinutes === undefined ? {} : { cache_creation_1h_input: fiveMinutes }),
    ...(output === undefined ? {} : { reasoning_output: output }),
    ...stated,
  };
}

/** A price as the catalogue writes it, for the operator who reads why it is not on the card. */
function written(price: StatedPrice): string {
  if (typeof price === 'number') return String(price);
  return [String(price.base), ...price.tiers.map((tier) => `${tier.price} above ${tier.start}`)].join(', ');
}
