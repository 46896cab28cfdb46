import { aPlan } from '../../test/a-plan';
import { amountOfUnits } from '../money/amount';
import type { PlanDraft } from './plan';
import { SEEDED_PLANS } from './seeded-plans';
import { LARGEST_MARKUP_BASIS_POINTS, LONGEST_HOLD_SECONDS, validatePlan } from './validate-plan';

function faultsOf(stated: Partial<PlanDraft>): string[] {
  return validatePlan(aPlan(stated)).map(({ code, path }) => `${code} ${path.join('/')}`);
}

describe('validatePlan', () => {
  it('takes the seeded plans', () => {
    expect(SEEDED_PLANS.flatMap(validatePlan)).toEqual([]);
  });

  it('includes the figures that the plans are known for', () => {
    expect(SEEDED_PLANS.map(({ id, includedRequests, overageRate }) => [id, includedRequests, overageRate])).toEqual([
      ['free', 1_000, null],
      ['pro', 100_000, 1_000_000_000n],
      ['enterprise', 1_000_000, 500_000_000n],
    ]);
  });

  it.each<[string, Partial<PlanDraft>]>([
    ['invalid_name id', { id: 'pro plan' }],
    ['invalid_name name', { name: ' Pro' }],
    ['invalid_name name', { name: '' }],
    ['invalid_name name', { name: 'x'.repeat(101) }],
    ['invalid_count included_requests', { includedRequests: -1 }],
    ['invalid_count included_requests', { includedRequests: 0.5 }],
    ['invalid_amount overage_rate', { overageRate: amountOfUnits(-1n) }],
    ['repeated features', { features: ['byok', 'byok'] }],
    ['invalid_markup markup_basis_points', { markupBasisPoints: LARGEST_MARKUP_BASIS_POINTS + 1 }],
    ['invalid_lifetime hold/lifetime_seconds', { hold: { lifetimeSeconds: 0, assumedOutputTokens: 1 } }],
    [
      'invalid_lifetime hold/lifetime_seconds',
      { hold: { lifetimeSeconds: LONGEST_HOLD_SECONDS + 1, assumedOutputTokens: 1 } },
    ],
    ['invalid_count hold/assumed_output_tokens', { hold: { lifetimeSeconds: 1, assumedOutputTokens: 1_000_000_001 } }],
    ['invalid_amount failure_policy/exposure', { failurePolicy: { type: 'open', exposure: amountOfUnits(-1n) } }],
    ['nothing_counts counting/outcomes', { counting: { outcomes: [], origins: ['gateway'], cacheHits: true } }],
    [
      'counts_unserved counting/outcomes',
      { counting: { outcomes: ['blocked'], origins: ['gateway'], cacheHits: true } },
    ],
    ['nothing_counts counting/origins', { counting: { outcomes: ['succeeded'], origins: [], cacheHits: true } }],
  ])('refuses: %s', (fault, stated) => {
    expect(faultsOf(stated)).toEqual([fault]);
  });

  it('names all faults at once', () => {
    expect(faultsOf({ id: '', name: '', includedRequests: Number.NaN, markupBasisPoints: -1 })).toHaveLength(4);
  });
});
