import * as fc from 'fast-check';
import { aCard, anOverrideOf, someUsage } from '../../test/arbitraries';
import { isServed, type UsageEvent } from '../usage/usage-event';
import { type PriceBook, priceBookOf } from './price-book';
import { type MissingRate, priceUsage } from './price-usage';
import { contextTierFor } from './rate-card';
import { tokensOfClass } from './token-class';

const aBookOfVersions: fc.Arbitrary<PriceBook> = fc
  .tuple(fc.tuple(aCard(1), aCard(2), aCard(3)), fc.tuple(anOverrideOf(1), anOverrideOf(2)))
  .map(([cards, overrides]) => priceBookOf(cards, overrides));
const aMarkup = fc.constantFrom(0, 1, 250, 10_000);

describe('priceUsage', () => {
  it('never answers less than nothing, and its receipt always adds up to what it charges', () => {
    let pricedEvents = 0;
    fc.assert(
      fc.property(someUsage, aBookOfVersions, aMarkup, (event, book, markup) => {
        const outcome = priceUsage(event, book, markup);
        if (outcome.type !== 'priced') return;
        pricedEvents += 1;
        const { lines, subtotal, total } = outcome.receipt;
        for (const line of lines) {
          expect(line.amount).toBe(line.unitPrice * BigInt(line.quantity));
          expect(line.quantity > 0 && line.amount >= 0n).toBe(true);
        }
        expect(subtotal).toBe(lines.reduce((sum, line) => sum + line.amount, 0n));
        expect(total >= 0n && outcome.amount === total).toBe(true);
        // Half a unit at most is rounded away: 10,000 × total is within 5,000 of the exact product.
        const error = total * 10_000n - subtotal * BigInt(10_000 + markup);
        expect(error >= -5000n && error <= 5000n).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(pricedEvents).toBeGreaterThan(30);
  });

  it('charges every token of a served request exactly once, or leaves the whole event unpriced', () => {
    fc.assert(
      fc.property(someUsage, aBookOfVersions, (event, book) => {
        const outcome = priceUsage(event, book, 0);
        if (outcome.type !== 'priced') return;
        const tokens = outcome.receipt.lines.filter((line) => line.tokenClass !== 'request');
        const charged = tokens.reduce((sum, line) => sum + line.quantity, 0);
        expect(charged).toBe(event.credential === 'byok' ? 0 : event.tokens.input + event.tokens.output);
        expect(new Set(tokens.map((line) => line.tokenClass)).size).toBe(tokens.length);
      }),
      { numRuns: 500 },
    );
  });

  it('is free exactly when nothing was served or it came from a cache, whatever is published', () => {
    fc.assert(
      fc.property(someUsage, aBookOfVersions, (event, book) => {
        const isFree = priceUsage(event, book, 0).type === 'free';
        expect(isFree).toBe(!isServed(event.outcome) || event.cacheHit);
      }),
    );
  });

  it('names as missing only what the newest card in force does not have', () => {
    fc.assert(
      fc.property(someUsage, aBookOfVersions, (event, book) => {
        const outcome = priceUsage(event, book, 0);
        expect(outcome.type !== 'unpriced' || isMissing(outcome.rate.missing, event, book)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order in which cards and overrides are listed', () => {
    fc.assert(
      fc.property(
        someUsage,
        fc.tuple(aCard(1), aCard(2), aCard(3)),
        fc.tuple(anOverrideOf(1), anOverrideOf(2)),
        (event, cards, overrides) => {
          const mirrored = priceBookOf([...cards].reverse(), [...overrides].reverse());
          expect(priceUsage(event, mirrored, 0)).toEqual(priceUsage(event, priceBookOf(cards, overrides), 0));
        },
      ),
    );
  });
});

function isMissing(missing: MissingRate['missing'], event: UsageEvent, book: PriceBook): boolean {
  const card = book.cardInForce(event.occurredAt);
  if (card === null || missing === 'rate_card') return card === null && missing === 'rate_card';
  const rates = book.modelRates(card, event.provider, event.model);
  if (rates === null || missing === 'model') return rates === null && missing === 'model';
  const tiers = rates.serviceTiers[event.serviceTier];
  if (tiers === undefined || missing === 'service_tier') return tiers === undefined && missing === 'service_tier';
  const isWithoutPrice = contextTierFor(tiers, event.tokens.input)?.unitPrices[missing] === undefined;
  return isWithoutPrice && tokensOfClass(event.tokens, missing) > 0;
}
