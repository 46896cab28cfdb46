import * as fc from 'fast-check';
import { aCard, aMoment, anIntervalOf, anOverrideOf, someModels, someUsage } from '../../test/arbitraries';
import type { Instant } from '../time/instant';
import { backdatedChanges } from './backdated-changes';
import { priceBookOf } from './price-book';
import { priceUsage } from './price-usage';
import type { ModelRates, RateCard } from './rate-card';

/** A draft that often differs from a published card in a little, so that both answers come up. */
const aWorld = fc.tuple(aCard(1), aCard(2), someModels, anIntervalOf(), aMoment(), fc.nat(3)).map(draftFrom);

function draftFrom([first, second, others, inForce, now, kind]: [
  RateCard,
  RateCard,
  ModelRates[],
  RateCard['inForce'],
  Instant,
  number,
]) {
  const models = [others, first.models, second.models, second.models.map((rates) => withAnother(rates, others))][kind];
  return { published: [first, second], draft: { ...second, version: 3, inForce, models: models ?? others }, now };
}

/** The same rates with what another model has in service tiers that this one lacks. */
function withAnother(rates: ModelRates, others: readonly ModelRates[]): ModelRates {
  return { ...rates, serviceTiers: { ...others[0]?.serviceTiers, ...rates.serviceTiers } };
}

describe('backdatedChanges', () => {
  it('answers nothing only when no usage of the past is priced otherwise, for any organization', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        aWorld,
        anOverrideOf(1),
        fc.array(someUsage, { minLength: 5, maxLength: 10 }),
        (world, override, events) => {
          const { published, draft, now } = world;
          fc.pre(backdatedChanges(draft, published, now).length === 0);
          const before = priceBookOf(published, [override]);
          const after = priceBookOf([...published, draft], [override]);
          for (const event of events.filter(({ occurredAt }) => occurredAt < now)) {
            const was = priceUsage(event, before, 100);
            if (was.type !== 'priced') continue;
            accepted += 1;
            const is = priceUsage(event, after, 100);
            expect(is).toMatchObject({ type: 'priced', amount: was.amount });
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it('names only prices that were charged in the past and are charged otherwise by the draft', () => {
    let named = 0;
    fc.assert(
      fc.property(aWorld, ({ published, draft, now }) => {
        for (const change of backdatedChanges(draft, published, now)) {
          named += 1;
          const card = published.find(({ version }) => version === change.rateCardVersion);
          expect(card !== undefined && card.inForce.start < now).toBe(true);
          expect(change.before !== null || change.tokenClass === 'request').toBe(true);
        }
        expect(backdatedChanges(draft, published, draft.inForce.start)).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(named).toBeGreaterThan(20);
  });

  it('finds nothing in a card that says what was said before', () => {
    fc.assert(
      fc.property(aCard(1), aMoment(), anIntervalOf(), (card, now, inForce) => {
        expect(backdatedChanges({ ...card, inForce }, [card], now)).toEqual([]);
      }),
    );
  });
});
