import {
  type Amount,
  type AppliedPrice,
  formatAmount,
  type Instant,
  type Interval,
  intervalHolds,
  isServed,
  type LedgerEvent,
  negateAmount,
  type OrganizationId,
  type PostedUsage,
  type PriceBook,
  priceBookOf,
  priceUsage,
  type PricingOutcome,
  type RateCard,
  tokenCountFault,
  usageOfCharge,
  ZERO_AMOUNT,
} from '@floopy/domain';
import type { Mismatch } from './verify-mismatch';
import type { PublishedOverride, PublishedPrices } from './verify-sources';

/**
 * Publishing and pricing take turns, but each stamps its work by its own machine's clock: for so long before and after
 * a publication, either version is right.
 */
export const PUBLICATION_GRACE_MS = 5_000;

export type RepricedUsage = PricingOutcome | { readonly type: 'not_priceable'; readonly detail: string };

type Finding = Pick<Mismatch, 'kind' | 'expected' | 'found'>;

/** Prices usage a second time, from stored token counts and the stored versions of cards and overrides. */
export class Repricing {
  private readonly cardsNewestFirst: readonly RateCard[];
  private readonly overridesNewestFirst: ReadonlyMap<OrganizationId, readonly PublishedOverride[]>;
  private readonly book: PriceBook;
  /** What `book` answers with: the versions that the entry at hand names. */
  private card: RateCard | null = null;
  private override: PublishedOverride | null = null;

  constructor(prices: PublishedPrices) {
    this.cardsNewestFirst = newestFirst(prices.cards);
    const overrides = new Map<OrganizationId, PublishedOverride[]>();
    for (const override of newestFirst(prices.overrides)) {
      const ofOrganization = overrides.get(override.organizationId);
      if (ofOrganization === undefined) overrides.set(override.organizationId, [override]);
      else ofOrganization.push(override);
    }
    this.overridesNewestFirst = overrides;
    this.book = {
      ...priceBookOf(prices.cards, prices.overrides),
      cardInForce: () => this.card,
      overrideInForce: () => this.override,
    };
  }

  /** The receipt of a charge, computed again by the very versions that its entry names. */
  reprice(event: LedgerEvent, usage: PostedUsage): RepricedUsage {
    const fault = tokenCountFault(usage.tokens);
    if (fault !== null) return { type: 'not_priceable', detail: fault };
    this.card = find(this.cardsNewestFirst, usage.price?.rateCardVersion ?? null);
    this.override = find(this.overridesOf(event), usage.price?.overrideVersion ?? null);
    return priceUsage(usageOfCharge(event, usage), this.book, usage.price?.markupBasisPoints ?? 0);
  }

  /** What is wrong with the price of an entry; null when it is what it had to be. */
  findFault(event: LedgerEvent, usage: PostedUsage): Finding | null {
    const { price } = usage;
    if (!isServed(usage.outcome) || usage.cacheHit) {
      if (price !== null) return { kind: 'rate_card_version', expected: 'none', found: `${price.rateCardVersion}` };
      return amountFault(event, ZERO_AMOUNT);
    }
    const versionFault = this.findVersionFault(event, price);
    if (versionFault !== null) return versionFault;
    const again = this.reprice(event, usage);
    if (again.type === 'priced') return amountFault(event, negateAmount(again.amount));
    return { kind: 'amount', expected: 'a charge that the card can price', found: describeUnpriced(again) };
  }

  private findVersionFault(event: LedgerEvent, price: AppliedPrice | null): Finding | null {
    const cardVersion = price?.rateCardVersion ?? null;
    if (cardVersion === null || !isAdmissible(this.cardsNewestFirst, event, cardVersion)) {
      const expected = newestPublished(this.cardsNewestFirst, event);
      return { kind: 'rate_card_version', expected, found: `${cardVersion ?? 'none'}` };
    }
    const overrides = this.overridesOf(event);
    const overrideVersion = price?.overrideVersion ?? null;
    if (isAdmissible(overrides, event, overrideVersion)) return null;
    const expected = newestPublished(overrides, event);
    return { kind: 'override_version', expected, found: `${overrideVersion ?? 'none'}` };
  }

  private overridesOf(event: LedgerEvent): readonly PublishedOverride[] {
    return this.overridesNewestFirst.get(event.organizationId) ?? NO_OVERRIDES;
  }
}

const NO_OVERRIDES: readonly PublishedOverride[] = [];

interface Version {
  readonly version: number;
  readonly inForce: Interval;
  readonly publishedAt: Instant;
}

/**
 * Whether a version may have decided an entry's price: of those published by the time it was recorded, the newest in
 * force when it occurred; near a publication also the one before. Null stands for none.
 */
function isAdmissible(candidates: readonly Version[], event: LedgerEvent, version: number | null): boolean {
  for (const candidate of candidates) {
    if (!intervalHolds(candidate.inForce, event.occurredAt)) continue;
    if (candidate.publishedAt > event.recordedAt + PUBLICATION_GRACE_MS) continue;
    if (candidate.version === version) return true;
    if (candidate.publishedAt <= event.recordedAt - PUBLICATION_GRACE_MS) return false;
  }
  return version === null;
}

function newestPublished(candidates: readonly Version[], event: LedgerEvent): string {
  const newest = candidates.find(
    ({ inForce, publishedAt }) => intervalHolds(inForce, event.occurredAt) && publishedAt <= event.recordedAt,
  );
  return String(newest?.version ?? 'none');
}

function newestFirst<Candidate extends Version>(versions: readonly Candidate[]): Candidate[] {
  return versions.toSorted((left, right) => right.version - left.version);
}

function find<Candidate extends Version>(candidates: readonly Candidate[], version: number | null): Candidate | null {
  return candidates.find((candidate) => candidate.version === version) ?? null;
}

function amountFault(event: LedgerEvent, expected: Amount): Finding | null {
  if (event.amount === expected) return null;
  return { kind: 'amount', expected: formatAmount(expected), found: formatAmount(event.amount) };
}

function describeUnpriced(outcome: Exclude<RepricedUsage, { type: 'priced' }>): string {
  if (outcome.type === 'not_priceable') return outcome.detail;
  return outcome.type === 'free' ? 'free usage' : `no rate: ${outcome.rate.missing}`;
}
