import { aPlan, seededPlans } from '../../test/a-plan';
import { at } from '../../test/a-usage-event';
import { sha256 } from '../../test/sha256';
import { decidePlan, type PlanPublication, versionInForce } from './decide-plan';
import type { Plan } from './plan';
import { planCatalogueOf } from './plan-catalogue';
import { SEEDED_PLANS } from './seeded-plans';

const NOW = at('2026-11-10T00:00:00Z');
const DECEMBER = at('2026-12-01T00:00:00Z');

function publication(stated: Partial<PlanPublication> = {}): PlanPublication {
  return { published: seededPlans(), effectiveAt: NOW, now: NOW, sha256, ...stated };
}

function drafted(stated: Partial<Plan>) {
  return { ...SEEDED_PLANS[1]!, ...stated };
}

describe('decidePlan', () => {
  it('numbers versions over all plans', () => {
    const decision = decidePlan(drafted({ includedRequests: 5 }), publication());
    expect(decision).toMatchObject({ type: 'publishable', plan: { id: 'pro', version: 4, effectiveAt: NOW } });
  });

  it('answers the version that says the same', () => {
    expect(decidePlan(drafted({}), publication())).toMatchObject({ type: 'already_published', plan: { version: 2 } });
  });

  it('publishes a change back as a version of its own', () => {
    const changed = aPlan({ ...drafted({ includedRequests: 5 }), version: 4, effectiveAt: NOW });
    const decision = decidePlan(drafted({}), publication({ published: [...seededPlans(), changed] }));
    expect(decision).toMatchObject({ type: 'publishable', plan: { version: 5 } });
  });

  it('refuses a plan that takes effect in the past', () => {
    const effectiveAt = at('2026-11-09T23:59:59.999Z');
    expect(decidePlan(drafted({ includedRequests: 5 }), publication({ effectiveAt }))).toEqual({
      type: 'refused',
      code: 'takes_effect_in_the_past',
      now: NOW,
    });
  });

  it('refuses an invalid plan with all its faults', () => {
    expect(decidePlan(drafted({ id: '', name: '' }), publication())).toMatchObject({
      code: 'invalid_plan',
      faults: [{ path: ['id'] }, { path: ['name'] }],
    });
  });
});

describe('the version of a plan in force', () => {
  const versions = [
    aPlan({ version: 1 }),
    aPlan({ version: 4, effectiveAt: DECEMBER }),
    aPlan({ version: 5, effectiveAt: NOW }),
    aPlan({ version: 6, effectiveAt: DECEMBER }),
  ];

  it.each([
    ['2026-11-09T00:00:00Z', 1],
    ['2026-11-10T00:00:00Z', 5],
    ['2026-12-01T00:00:00Z', 6],
  ])('at %s is version %d: the last that took effect, the newer of two that did at once', (text, version) => {
    expect(versionInForce(versions, at(text))?.version).toBe(version);
    expect(planCatalogueOf(versions).inForce('free', at(text))?.version).toBe(version);
  });

  it('is none of a plan that there is not', () => {
    const catalogue = planCatalogueOf(versions);
    expect(catalogue.inForce('gold', NOW)).toBeNull();
    expect(catalogue.plan(2)).toBeNull();
    expect(catalogue.plan(4)?.effectiveAt).toBe(DECEMBER);
    expect(catalogue.versionsOf('free').map(({ version }) => version)).toEqual([1, 4, 5, 6]);
  });

  it('never has the same number twice', () => {
    expect(() => planCatalogueOf([aPlan(), aPlan({ id: 'pro' })])).toThrow('published once');
  });
});
