import * as fc from 'fast-check';
import { aCard, aMoment, anOverrideOf, someTokens, someUsage } from '../../test/arbitraries';
import { priceBookOf } from '../pricing/price-book';
import { priceUsage } from '../pricing/price-usage';
import { boundCost } from './bound-cost';

describe('the bound of a cost', () => {
  it('is never below what is charged for as many tokens or fewer', () => {
    let charged = 0;
    const worlds = fc.tuple(
      fc.tuple(aCard(1), aCard(2), anOverrideOf(1)),
      someUsage,
      someTokens,
      fc.tuple(fc.nat({ max: 50 }), fc.nat({ max: 50 })),
      fc.constantFrom(0, 1, 250, 10_000),
      aMoment(),
    );
    fc.assert(
      fc.property(worlds, ([[first, second, override], event, tokens, [moreInput, moreOutput], markup, now]) => {
        const book = priceBookOf([first, second], [override]);
        const served = { ...event, tokens, occurredAt: now };
        const request = {
          organizationId: event.organizationId,
          models: [{ provider: event.provider, model: event.model }],
          serviceTier: event.serviceTier,
          credential: event.credential,
          inputTokens: tokens.input + moreInput,
          maxOutputTokens: tokens.output + moreOutput,
        };
        const bound = boundCost(request, book, markup, now);
        const priced = priceUsage(served, book, markup);
        const isBounded = bound.type === 'bounded' && priced.type === 'priced';
        expect(isBounded && priced.amount > bound.amount).toBe(false);
        if (isBounded && priced.amount > 0n) charged += 1;
      }),
      { numRuns: 1_000 },
    );
    expect(charged).toBeGreaterThan(50);
  });
});
