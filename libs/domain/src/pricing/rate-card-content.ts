import { assert } from '../assert';
import { canonicalJson, compareTexts } from '../canonical-json';
import { type Amount, formatAmount, parseAmount } from '../money/amount';
import { formatInstant, type Instant, type Interval, parseInstant } from '../time/instant';
import { SERVICE_TIERS, type ServiceTier } from '../usage/usage-event';
import type { ContextTier, ModelRates, RateCardDraft } from './rate-card';
import { TOKEN_CLASSES, type TokenClass } from './token-class';

/** A card as JSON: amounts are decimal strings of cents, times RFC 3339. The shape of a rate card file. */
export type RateCardContent = {
  readonly id: string;
  readonly in_force: IntervalContent;
  readonly models: readonly ModelContent[];
};

export type IntervalContent = { readonly start: string; readonly end: string | null };

export type ModelContent = {
  readonly provider: string;
  readonly model: string;
  readonly aliases: readonly string[];
  readonly service_tiers: { readonly [Tier in ServiceTier]?: readonly ContextTierContent[] | undefined };
};

export type ContextTierContent = {
  readonly above_input_tokens: number;
  readonly unit_prices: { readonly [Class in TokenClass]?: string | undefined };
  readonly request_fee: string;
};

/**
 * The canonical content of a card, which is stored and hashed: keys sorted, models by provider and name, aliases
 * sorted, nothing between the tokens. Whoever states the same prices has the same text, and so the same SHA-256.
 */
export function writeRateCardContent(card: RateCardDraft): string {
  return canonicalJson({
    id: card.id,
    in_force: writeInterval(card.inForce),
    models: [...card.models].sort(compareModels).map((rates) => ({
      provider: rates.provider,
      model: rates.model,
      aliases: [...rates.aliases].sort(compareTexts),
      service_tiers: present(SERVICE_TIERS, (tier) => rates.serviceTiers[tier]?.map(writeContextTier)),
    })),
  });
}

/** Reads what `writeRateCardContent` wrote. A file that people write goes through the contracts, which name its faults. */
export function readRateCardContent(text: string): RateCardDraft {
  return rateCardOf(JSON.parse(text) as RateCardContent);
}

/**
 * The card in a text that may have been changed in its store: null when it is no canonical content to the last byte.
 * A verifier names such a card and goes on without it.
 */
export function rateCardInContent(text: string): RateCardDraft | null {
  return contentIn(text, readRateCardContent, writeRateCardContent);
}

/** What `read` makes of a text, when it can, and when `write` makes the same text of it again. */
export function contentIn<Draft>(
  text: string,
  read: (text: string) => Draft,
  write: (draft: Draft) => string,
): Draft | null {
  try {
    const draft = read(text);
    return write(draft) === text ? draft : null;
  } catch {
    return null;
  }
}

/** Takes a content of the right shape, with amounts and times that can be read, as the card that it states. */
export function rateCardOf(content: RateCardContent): RateCardDraft {
  return {
    id: content.id,
    inForce: readInterval(content.in_force),
    models: content.models.map(({ provider, model, aliases, service_tiers: tiers }) => ({
      provider,
      model,
      aliases,
      serviceTiers: present(SERVICE_TIERS, (tier) => tiers[tier]?.map(readContextTier)),
    })),
  };
}

export function writeInterval(interval: Interval): IntervalContent {
  return {
    start: formatInstant(interval.start),
    end: interval.end === null ? null : formatInstant(interval.end),
  };
}

export function readInterval(content: IntervalContent): Interval {
  return { start: readInstant(content.start), end: content.end === null ? null : readInstant(content.end) };
}

export function readPrice(text: string): Amount {
  const amount = parseAmount(text);
  assert(amount !== null, 'a price in a content is a decimal string');
  return amount;
}

function readInstant(text: string): Instant {
  const instant = parseInstant(text);
  assert(instant !== null, 'a time in a content is RFC 3339');
  return instant;
}

function writeContextTier(tier: ContextTier) {
  return {
    above_input_tokens: tier.aboveInputTokens,
    unit_prices: present(TOKEN_CLASSES, (tokenClass) => {
      const price = tier.unitPrices[tokenClass];
      return price === undefined ? undefined : formatAmount(price);
    }),
    request_fee: formatAmount(tier.requestFee),
  };
}

function readContextTier(tier: ContextTierContent): ContextTier {
  return {
    aboveInputTokens: tier.above_input_tokens,
    unitPrices: present(TOKEN_CLASSES, (tokenClass) => {
      const price = tier.unit_prices[tokenClass];
      return price === undefined ? undefined : readPrice(price);
    }),
    requestFee: readPrice(tier.request_fee),
  };
}

function compareModels(left: ModelRates, right: ModelRates): number {
  return compareTexts(left.provider, right.provider) || compareTexts(left.model, right.model);
}

/** An object of the keys that have a value, in the order of `keys`. */
function present<Key extends string, Value>(
  keys: readonly Key[],
  valueOf: (key: Key) => Value | undefined,
): Partial<Record<Key, Value>> {
  const entries = keys.flatMap((key) => {
    const value = valueOf(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries) as Partial<Record<Key, Value>>;
}
