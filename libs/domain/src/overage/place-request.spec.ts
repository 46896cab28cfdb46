import { aPlan, seededPlans, termsAfter } from '../../test/a-plan';
import { at, aUsageEvent } from '../../test/a-usage-event';
import { NO_TERMS } from '../organization/terms';
import { OUTCOMES } from '../usage/usage-event';
import { countsRequest, placeRequest, type PlacingTerms, REQUEST_STANDINGS } from './place-request';

const PRO = seededPlans()[1]!;
const OVERAGE_ON = termsAfter(['2026-11-20T00:00:00Z', { type: 'overage', enabled: true }]);

function placing(stated: Partial<PlacingTerms> = {}): PlacingTerms {
  return { plan: aPlan(), requestsCounted: 0, requestAlreadyCounted: false, terms: NO_TERMS, ...stated };
}

describe('placeRequest', () => {
  it('includes the last request of the allowance and not the one after it', () => {
    expect(placeRequest(aUsageEvent(), placing({ requestsCounted: 999 })).standing).toBe('included');
    expect(placeRequest(aUsageEvent(), placing({ requestsCounted: 1_000 })).standing).toBe('excess_unbilled');
  });

  it('bills what is past the allowance at the rate of the plan when overage was on as it occurred', () => {
    const past = placing({ plan: PRO, requestsCounted: 100_000, terms: OVERAGE_ON });
    expect(placeRequest(aUsageEvent(), past)).toEqual({
      planVersion: 2,
      standing: 'overage',
      overageRate: PRO.overageRate,
    });
    const before = aUsageEvent({ occurredAt: at('2026-11-19T23:59:59.999Z') });
    expect(placeRequest(before, past)).toEqual({ planVersion: 2, standing: 'excess_unbilled', overageRate: null });
  });

  it('bills nothing past the allowance of a plan that permits no overage, also when it is on', () => {
    const past = placing({ requestsCounted: 1_000, terms: OVERAGE_ON });
    expect(placeRequest(aUsageEvent(), past).standing).toBe('excess_unbilled');
  });

  it('counts what was served, and a request once', () => {
    const standings = OUTCOMES.map((outcome) => placeRequest(aUsageEvent({ outcome }), placing()).standing);
    expect(standings).toEqual(['included', 'included', 'exempt', 'exempt']);
    expect(placeRequest(aUsageEvent(), placing({ requestAlreadyCounted: true })).standing).toBe('repeated');
    expect(placeRequest(aUsageEvent({ cacheHit: true }), placing()).standing).toBe('included');
  });

  it('counts only what the plan says', () => {
    const plan = aPlan({ counting: { outcomes: ['succeeded'], origins: ['gateway'], cacheHits: false } });
    const standing = (event: Parameters<typeof aUsageEvent>[0]): string =>
      placeRequest(aUsageEvent(event), placing({ plan })).standing;
    expect([
      standing({}),
      standing({ cacheHit: true }),
      standing({ origin: 'playground' }),
      standing({ outcome: 'client_aborted' }),
    ]).toEqual(['included', 'exempt', 'exempt', 'exempt']);
  });

  it('counts a request by three of its standings', () => {
    expect(REQUEST_STANDINGS.filter(countsRequest)).toEqual(['included', 'overage', 'excess_unbilled']);
  });
});
