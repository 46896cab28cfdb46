import { instantOfMilliseconds, NO_TERMS, parseInstant, type Plan, projectTerms, SEEDED_PLANS } from '@floopy/domain';
import { planStanding } from './plan-standing';

const at = (text: string) => parseInstant(`${text}T00:00:00Z`)!;
const BEGINNING = instantOfMilliseconds(0);
const PLANS: Plan[] = SEEDED_PLANS.map((draft, index) => ({
  ...draft,
  version: index + 1,
  contentHash: '',
  effectiveAt: BEGINNING,
  publishedAt: BEGINNING,
}));

/** The standing after these plans were chosen, each recorded when it takes effect. */
function standing(now: string, ...chosen: readonly (readonly [day: string, planId: string])[]) {
  const terms = chosen.reduce((before, [day, planId], index) => {
    const made = { number: index + 1, position: 1, recordedAt: at(day), effectiveAt: at(day), changedBy: 'ada' };
    return projectTerms(before, { ...made, change: { type: 'plan', planId } });
  }, NO_TERMS);
  const { plan, next } = planStanding(terms, PLANS, at(now));
  return { plan: plan.id, next: next && { plan: next.plan.id, from: next.from } };
}

describe('planStanding', () => {
  it('goes on with the plan of everybody when none was chosen', () => {
    expect(standing('2026-11-23')).toEqual({ plan: 'free', next: null });
  });

  it('is on the larger plan from its instant on, and says before that it comes', () => {
    const upgrade = ['2026-11-25', 'pro'] as const;
    expect(standing('2026-11-23', upgrade)).toEqual({ plan: 'free', next: { plan: 'pro', from: at('2026-11-25') } });
    expect(standing('2026-11-25', upgrade)).toEqual({ plan: 'pro', next: null });
  });

  it('keeps the larger plan to the end of the period in which the smaller was chosen', () => {
    const chosen = [['2026-09-02', 'pro'] as const, ['2026-11-05', 'free'] as const];
    expect(standing('2026-11-23', ...chosen)).toEqual({ plan: 'pro', next: { plan: 'free', from: at('2026-12-01') } });
    expect(standing('2026-12-01', ...chosen)).toEqual({ plan: 'free', next: null });
  });

  it('says nothing yet of a plan that begins after the running period', () => {
    expect(standing('2026-11-23', ['2026-12-15', 'pro'])).toEqual({ plan: 'free', next: null });
  });
});
