import { aCatalogue, aChange, aPlan, seededPlans, termsAfter } from '../../test/a-plan';
import { at } from '../../test/a-usage-event';
import { NO_TERMS, projectTerms, type Terms } from '../organization/terms';
import { calendarMonthOf } from '../time/billing-period';
import { planInPeriod } from './plan-in-period';

const CATALOGUE = aCatalogue();
const NOVEMBER = calendarMonthOf(at('2026-11-01T00:00:00Z'));
const DECEMBER = calendarMonthOf(at('2026-12-01T00:00:00Z'));

function planIn(terms: Terms, now: string, period = NOVEMBER): string {
  return planInPeriod(terms, CATALOGUE, period, at(now)).id;
}

describe('planInPeriod', () => {
  it('is the free plan of an organization that was never given another', () => {
    expect(planIn(NO_TERMS, '2026-11-23T00:00:00Z')).toBe('free');
  });

  it('lets an upgrade take effect at its instant, for what is posted from then on', () => {
    const terms = termsAfter(['2026-11-10T00:00:00Z', { type: 'plan', planId: 'pro' }]);
    expect(planIn(terms, '2026-11-09T23:59:59.999Z')).toBe('free');
    expect(planIn(terms, '2026-11-10T00:00:00Z')).toBe('pro');
  });

  it('keeps a downgrade waiting until the next period', () => {
    const terms = termsAfter(
      ['2026-10-01T00:00:00Z', { type: 'plan', planId: 'pro' }],
      ['2026-11-10T00:00:00Z', { type: 'plan', planId: 'free' }],
    );
    expect(planIn(terms, '2026-11-30T23:59:59.999Z')).toBe('pro');
    expect(planIn(terms, '2026-12-01T00:00:00Z', DECEMBER)).toBe('free');
    expect(planIn(terms, '2026-12-05T00:00:00Z', NOVEMBER)).toBe('pro');
  });

  it('judges a period that is over by what took effect before its end', () => {
    const terms = termsAfter(['2026-12-01T00:00:00Z', { type: 'plan', planId: 'enterprise' }]);
    expect(planIn(terms, '2026-12-02T00:00:00Z', NOVEMBER)).toBe('free');
  });

  it('goes through an upgrade, a downgrade and a smaller upgrade with the most that was reached', () => {
    const terms = termsAfter(
      ['2026-11-05T00:00:00Z', { type: 'plan', planId: 'enterprise' }],
      ['2026-11-10T00:00:00Z', { type: 'plan', planId: 'free' }],
      ['2026-11-20T00:00:00Z', { type: 'plan', planId: 'pro' }],
    );
    expect(planIn(terms, '2026-11-23T00:00:00Z')).toBe('enterprise');
    expect(planIn(terms, '2026-12-23T00:00:00Z', DECEMBER)).toBe('pro');
  });

  it('gives what an organization was created with from the beginning, also where it includes less than free', () => {
    const small = aPlan({ id: 'small', version: 4, includedRequests: 10 });
    const created = aChange({ type: 'plan', planId: 'small' }, { number: 1, position: 0 });
    const terms = projectTerms(NO_TERMS, created);
    expect(planInPeriod(terms, aCatalogue(...seededPlans(), small), NOVEMBER, at('2026-11-23T00:00:00Z')).id).toBe(
      'small',
    );
  });

  it('takes the first version of what an organization was created with for usage from before that took effect', () => {
    const fresh = aPlan({ id: 'fresh', version: 4, effectiveAt: at('2026-11-20T00:00:00Z') });
    const newer = aPlan({ id: 'fresh', version: 5, includedRequests: 2_000, effectiveAt: at('2026-12-20T00:00:00Z') });
    const terms = projectTerms(NO_TERMS, aChange({ type: 'plan', planId: 'fresh' }, { number: 1, position: 0 }));
    const catalogue = aCatalogue(...seededPlans(), fresh, newer);
    expect(planInPeriod(terms, catalogue, NOVEMBER, at('2026-11-23T00:00:00Z')).version).toBe(4);
    expect(
      planInPeriod(terms, catalogue, calendarMonthOf(at('2026-10-01T00:00:00Z')), at('2026-12-23T00:00:00Z')),
    ).toBe(fresh);
  });

  it('treats another version of the plan as a change of plans', () => {
    const more = aPlan({ version: 4, includedRequests: 2_000, effectiveAt: at('2026-11-10T00:00:00Z') });
    const less = aPlan({ version: 5, includedRequests: 500, effectiveAt: at('2026-11-20T00:00:00Z') });
    const catalogue = aCatalogue(...seededPlans(), more, less);
    const versionAt = (now: string, period = NOVEMBER): number =>
      planInPeriod(NO_TERMS, catalogue, period, at(now)).version;
    expect([versionAt('2026-11-09T00:00:00Z'), versionAt('2026-11-10T00:00:00Z')]).toEqual([1, 4]);
    expect([versionAt('2026-11-25T00:00:00Z'), versionAt('2026-12-01T00:00:00Z', DECEMBER)]).toEqual([4, 5]);
  });

  it('takes a version that includes as much, with all that it brings', () => {
    const dearer = aPlan({ version: 4, markupBasisPoints: 100, effectiveAt: at('2026-11-10T00:00:00Z') });
    const plan = planInPeriod(NO_TERMS, aCatalogue(...seededPlans(), dearer), NOVEMBER, at('2026-11-11T00:00:00Z'));
    expect(plan.markupBasisPoints).toBe(100);
  });
});
