import { aChange, termsAfter } from '../../test/a-plan';
import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { inForceAt, isOverageOn, NO_TERMS, projectTerms, statusAt } from './terms';

describe('terms', () => {
  it('begin active, without overage, and with nothing else', () => {
    const now = at('2026-11-23T00:00:00Z');
    expect([statusAt(NO_TERMS, now), isOverageOn(NO_TERMS, now), NO_TERMS.version]).toEqual(['active', false, 0]);
  });

  it('have overage on from the instant at which it takes effect until it is switched off', () => {
    const terms = termsAfter(
      ['2026-11-10T00:00:00Z', { type: 'overage', enabled: true }],
      ['2026-11-20T00:00:00Z', { type: 'overage', enabled: false }],
    );
    const on = ['2026-11-09T23:59:59.999Z', '2026-11-10T00:00:00Z', '2026-11-19T23:59:59.999Z', '2026-11-20T00:00:00Z'];
    expect(on.map((text) => isOverageOn(terms, at(text)))).toEqual([false, true, true, false]);
    expect(terms.overage.map(({ changedBy, number }) => [changedBy, number])).toEqual([
      ['owner', 1],
      ['owner', 2],
    ]);
  });

  it('order a timeline by when changes take effect, the later one last where two do at once', () => {
    const scheduled = aChange({ type: 'plan', planId: 'pro' }, { number: 1, effectiveAt: at('2026-12-01T00:00:00Z') });
    const sooner = aChange({ type: 'plan', planId: 'free' }, { number: 2 });
    const instead = aChange({ type: 'plan', planId: 'enterprise' }, { number: 3, effectiveAt: scheduled.effectiveAt });
    const { plans, version } = [scheduled, sooner, instead].reduce(projectTerms, NO_TERMS);
    expect(plans.map(({ change }) => change.planId)).toEqual(['free', 'pro', 'enterprise']);
    expect(inForceAt(plans, at('2026-12-01T00:00:00Z'))?.change.planId).toBe('enterprise');
    expect(inForceAt(plans, at('2026-11-09T00:00:00Z'))).toBeNull();
    expect(version).toBe(3);
  });

  it('hold the latest budget of each team, its name, and who is a member', () => {
    const terms = termsAfter(
      ['2026-11-10T00:00:00Z', { type: 'team_budget', teamId: 'search', limit: cents('100') }],
      ['2026-11-11T00:00:00Z', { type: 'team_budget', teamId: 'search', limit: cents('50') }],
      ['2026-11-12T00:00:00Z', { type: 'team_budget', teamId: 'ads', limit: cents('1') }],
      ['2026-11-13T00:00:00Z', { type: 'team_budget', teamId: 'ads', limit: null }],
      ['2026-11-14T00:00:00Z', { type: 'member', memberId: 'ann', role: 'owner' }],
      ['2026-11-15T00:00:00Z', { type: 'member', memberId: 'bob', role: 'member' }],
      ['2026-11-16T00:00:00Z', { type: 'member', memberId: 'bob', role: null }],
      ['2026-11-17T00:00:00Z', { type: 'team', teamId: 'search', name: 'Search' }],
    );
    expect([...terms.teamBudgets]).toEqual([['search', cents('50')]]);
    expect([...terms.members]).toEqual([['ann', 'owner']]);
    expect([...terms.teams]).toEqual([['search', 'Search']]);
  });

  it('are left as they were by what comes after', () => {
    const before = termsAfter(['2026-11-10T00:00:00Z', { type: 'team_budget', teamId: 'ads', limit: cents('1') }]);
    projectTerms(before, aChange({ type: 'team_budget', teamId: 'ads', limit: null }, { number: 2 }));
    expect(before.teamBudgets.get('ads')).toBe(cents('1'));
  });
});
