import { aPlan } from '../../test/a-plan';
import { planInContent, readPlanContent, writePlanContent } from './plan-content';
import { SEEDED_PLANS } from './seeded-plans';

describe('the content of a plan', () => {
  it('is read as the plan that was written', () => {
    for (const plan of SEEDED_PLANS) expect(readPlanContent(writePlanContent(plan))).toEqual(plan);
  });

  it('is the same text whatever the order in which its lists are stated', () => {
    const plan = aPlan({ features: ['team_budgets', 'byok'] });
    const mirrored = aPlan({
      features: ['byok', 'team_budgets'],
      counting: { outcomes: ['client_aborted', 'succeeded'], origins: ['playground', 'gateway'], cacheHits: true },
    });
    expect(writePlanContent(mirrored)).toBe(writePlanContent(plan));
  });

  it('differs wherever a plan differs', () => {
    const texts = [
      aPlan(),
      aPlan({ includedRequests: 1_001 }),
      aPlan({ failurePolicy: SEEDED_PLANS[2]!.failurePolicy }),
      aPlan({ overageRate: SEEDED_PLANS[1]!.overageRate }),
      aPlan({ counting: { ...aPlan().counting, cacheHits: false } }),
    ].map(writePlanContent);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('is known from a text that was changed in its store', () => {
    const text = writePlanContent(aPlan());
    expect(planInContent(text)).toMatchObject({ id: 'free' });
    expect(planInContent(text.replace('1000', '1_000'))).toBeNull();
    expect(planInContent(`${text} `)).toBeNull();
    expect(planInContent(text.replace('"free"', '"free","id":"pro"'))).toBeNull();
  });
});
