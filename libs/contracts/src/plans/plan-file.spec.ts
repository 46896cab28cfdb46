import { amountOfUnits, type PlanContent, SEEDED_PLANS, writePlanContent } from '@floopy/domain';
import { decodePlanFile, encodePlanFile } from './plan-file';

const PRO = JSON.parse(encodePlanFile(SEEDED_PLANS.slice(1, 2))) as { readonly plans: readonly [PlanContent] };

function decoded(overrides: object, more: object = {}): ReturnType<typeof decodePlanFile> {
  return decodePlanFile(JSON.stringify({ plans: [{ ...PRO.plans[0], ...overrides }], ...more }));
}

describe('decodePlanFile', () => {
  it('reads the plans that a file states, whose decimals may be short', () => {
    expect(
      decoded({ id: 'gold', overage_rate: '0.25', failure_policy: { type: 'open', exposure: '3' } }),
    ).toMatchObject({
      type: 'plans',
      drafts: [
        {
          id: 'gold',
          overageRate: amountOfUnits(2_500_000_000n),
          failurePolicy: { type: 'open', exposure: amountOfUnits(30_000_000_000n) },
        },
      ],
    });
  });

  it('names every fault at once', () => {
    const faulty = decoded({
      included_requests: -1,
      overage_rate: 0.1,
      features: ['free_lunch'],
      hold: { lifetime_seconds: 600 },
      failure_policy: { type: 'open' },
      discount: 1,
    });
    expect(faulty.type === 'rejected' && faulty.faults.map(({ pointer }) => pointer)).toEqual([
      '/plans/0/included_requests',
      '/plans/0/overage_rate',
      '/plans/0/features/0',
      '/plans/0/hold/assumed_output_tokens',
      '/plans/0/failure_policy/exposure',
      '/plans/0/discount',
    ]);
    expect(decodePlanFile('{"plans": []}')).toMatchObject({ type: 'rejected', faults: [{ pointer: '/plans' }] });
    expect(decodePlanFile('plans')).toMatchObject({ type: 'rejected', faults: [{ pointer: '' }] });
  });
});

describe('encodePlanFile', () => {
  it('writes canonical contents, indented, which read back as the same plans', () => {
    const text = encodePlanFile(SEEDED_PLANS);
    const { plans } = JSON.parse(text) as { readonly plans: readonly object[] };
    expect(plans.map((plan) => JSON.stringify(plan))).toEqual(SEEDED_PLANS.map(writePlanContent));
    expect(decodePlanFile(text)).toEqual({ type: 'plans', drafts: SEEDED_PLANS });
  });
});
