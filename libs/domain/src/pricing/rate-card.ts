import type { Amount } from '../money/amount';
import type { OrganizationId } from '../organization/organization';
import { type Instant, type Interval, intervalHolds } from '../time/instant';
import type { ServiceTier } from '../usage/usage-event';
import type { TokenClass } from './token-class';

/** Prices of one model in one service tier, from a number of input tokens on. */
export interface ContextTier {
  /** The tier applies to requests with more input tokens than this; 0 for the first tier, which always applies. */
  readonly aboveInputTokens: number;
  /** Amount per token. A class that is absent has no rate: its tokens cannot be priced. */
  readonly unitPrices: Readonly<Partial<Record<TokenClass, Amount>>>;
  /** Amount per request, beside its tokens. */
  readonly requestFee: Amount;
}

/** Rates of one model, by the service tier that served; context tiers ascending, the first at 0. */
export interface ModelRates {
  readonly provider: string;
  readonly model: string;
  /** Other names under which the same provider's answers may call this model, written out at import. */
  readonly aliases: readonly string[];
  readonly serviceTiers: Readonly<Partial<Record<ServiceTier, readonly ContextTier[]>>>;
}

/** What an operator states: a list of rates and the interval in which it is to be in force. */
export interface RateCardDraft {
  readonly id: string;
  readonly inForce: Interval;
  readonly models: readonly ModelRates[];
}

/** A published draft: numbered, and never changed again. */
export interface RateCard extends RateCardDraft {
  readonly version: number;
  readonly contentHash: string;
  readonly publishedAt: Instant;
}

/** Unit prices agreed with one organization, which replace the card's while they are in force. */
export interface RateOverrideDraft {
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly inForce: Interval;
  /** Empty ends what was agreed before: the card's prices are charged again. */
  readonly unitPrices: readonly OverriddenPrice[];
}

/** A published override: numbered for its organization, and immutable like a card. */
export interface RateOverride extends RateOverrideDraft {
  readonly version: number;
}

/** One agreed price; the model goes by its own name, never by an alias. */
export interface OverriddenPrice {
  readonly provider: string;
  readonly model: string;
  readonly serviceTier: ServiceTier;
  readonly aboveInputTokens: number;
  readonly tokenClass: TokenClass;
  readonly unitPrice: Amount;
}

/** The newest version whose interval holds `occurredAt`: what was published last is what is charged now. */
export function newestInForce<Version extends { readonly version: number; readonly inForce: Interval }>(
  versions: readonly Version[],
  occurredAt: Instant,
): Version | null {
  let newest: Version | null = null;
  for (const candidate of versions) {
    const isNewer = newest === null || candidate.version > newest.version;
    if (isNewer && intervalHolds(candidate.inForce, occurredAt)) newest = candidate;
  }
  return newest;
}

/** The tier for a request of `inputTokens`: a cliff, so that the whole request is priced in it. */
export function contextTierFor(tiers: readonly ContextTier[], inputTokens: number): ContextTier | null {
  let chosen: ContextTier | null = null;
  for (const tier of tiers) if (inputTokens > tier.aboveInputTokens || tier.aboveInputTokens === 0) chosen = tier;
  return chosen;
}
