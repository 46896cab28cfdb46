import { anOverride, anOverriddenPrice, aRateCard, cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { decideRateOverride } from './decide-rate-override';
import type { RateOverrideDraft } from './rate-card';

const now = at('2026-11-23T10:00:00Z');
const cards = [aRateCard()];

function aDraftOverride(stated: Partial<RateOverrideDraft> = {}): RateOverrideDraft {
  const { id, organizationId } = anOverride();
  return { id, organizationId, inForce: { start: now, end: null }, unitPrices: [anOverriddenPrice()], ...stated };
}

describe('decideRateOverride', () => {
  it('makes the first override of an organization version 1', () => {
    const draft = aDraftOverride();
    expect(decideRateOverride(draft, [], cards, now)).toEqual({
      type: 'publishable',
      override: { ...draft, version: 1 },
    });
  });

  it('numbers on from the highest version', () => {
    const published = [anOverride({ version: 4 }), anOverride({ version: 2 })];
    expect(decideRateOverride(aDraftOverride(), published, cards, now)).toMatchObject({ override: { version: 5 } });
  });

  it('finds the newest version in a draft that says the same, also once it is in force', () => {
    const published = [{ ...aDraftOverride(), version: 3 }];
    const later = at('2026-11-24T00:00:00Z');
    expect(decideRateOverride(aDraftOverride(), published, cards, later)).toEqual({
      type: 'already_published',
      override: published[0],
    });
  });

  it('takes a draft without prices, which ends what was agreed', () => {
    const published = [{ ...aDraftOverride(), version: 1 }];
    const ending = aDraftOverride({ unitPrices: [] });
    expect(decideRateOverride(ending, published, cards, now)).toMatchObject({ type: 'publishable' });
  });

  it('refuses an invalid draft, with its faults', () => {
    const draft = aDraftOverride({ unitPrices: [anOverriddenPrice({ unitPrice: cents('-1') })] });
    expect(decideRateOverride(draft, [], cards, now)).toMatchObject({
      type: 'refused',
      code: 'invalid_override',
      faults: [{ code: 'negative_price' }],
    });
  });

  it('refuses a draft that reaches into the past by a millisecond', () => {
    const draft = aDraftOverride({ inForce: { start: at('2026-11-23T09:59:59.999Z'), end: null } });
    expect(decideRateOverride(draft, [], cards, now)).toEqual({ type: 'refused', code: 'starts_in_the_past', now });
  });

  it('refuses prices that would never be charged under the card in force at its start', () => {
    const unheardOf = anOverriddenPrice({ model: 'gpt-9' });
    const draft = aDraftOverride({ unitPrices: [anOverriddenPrice(), unheardOf] });
    expect(decideRateOverride(draft, [], cards, now)).toEqual({
      type: 'refused',
      code: 'no_such_rate',
      unitPrices: [unheardOf],
    });
    const tomorrow = at('2026-11-24T00:00:00Z');
    const ending = [aRateCard({ inForce: { start: at('2020-01-01T00:00:00Z'), end: tomorrow } })];
    expect(decideRateOverride(aDraftOverride(), [], ending, now)).toMatchObject({ type: 'publishable' });
    const startingThen = aDraftOverride({ inForce: { start: tomorrow, end: null } });
    expect(decideRateOverride(startingThen, [], ending, now)).toMatchObject({ code: 'no_such_rate' });
  });
});
