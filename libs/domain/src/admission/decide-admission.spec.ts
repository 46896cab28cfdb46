import { aPlan, seededPlans } from '../../test/a-plan';
import { aStanding, theLimits } from '../../test/an-admission';
import { cents } from '../../test/a-rate-card';
import type { AdmissionLimits } from './admission-limits';
import { admissionRemainder, type AdmissionStanding, decideAdmission } from './decide-admission';

const RATE = { provider: 'openai', model: 'gpt-9', serviceTier: 'standard', missing: 'model' } as const;

/** Everything stands in the way, in the order in which it is named. */
const OBSTACLES: readonly [code: string, Partial<AdmissionLimits>, Partial<AdmissionStanding>][] = [
  ['organization_suspended', { status: 'suspended' }, {}],
  ['unpriced_model', { cost: { type: 'unpriced', rate: RATE } }, {}],
  ['plan_required', { missingFeature: 'byok' }, {}],
  ['monthly_limit_reached', {}, { requestsUsed: 1_000 }],
  ['team_budget_reached', { teamLimit: cents('1') }, { teamSpent: cents('0.5') }],
  ['insufficient_credits', {}, { balance: cents('0') }],
];

function refusalCode(limits: Partial<AdmissionLimits>, standing: Partial<AdmissionStanding> = {}): string {
  const verdict = decideAdmission(theLimits(limits), aStanding(standing));
  return verdict.type === 'refused' ? verdict.refusal.code : verdict.type;
}

describe('decideAdmission', () => {
  it('admits with the upper bound of the cost', () => {
    expect(decideAdmission(theLimits(), aStanding())).toEqual({ type: 'admissible', amount: cents('1') });
  });

  it.each(OBSTACLES)('refuses with %s', (code, limits, standing) => {
    expect(refusalCode(limits, standing)).toBe(code);
  });

  it('names the first thing that stands in the way, in the order of the contract', () => {
    for (const [index, [code]] of OBSTACLES.entries()) {
      const rest = OBSTACLES.slice(index);
      const limits = Object.assign({}, ...rest.map(([, stated]) => stated)) as Partial<AdmissionLimits>;
      const standing = Object.assign({}, ...rest.map(([, , stated]) => stated)) as Partial<AdmissionStanding>;
      expect(refusalCode(limits, standing)).toBe(code);
    }
    expect(refusalCode({ status: 'closed' })).toBe('organization_closed');
  });

  it('says what the limit is, what is used and held, and when it begins anew', () => {
    const limits = theLimits({ teamLimit: cents('10') });
    const standing = aStanding({ requestsUsed: 990, requestsHeld: 10, teamSpent: cents('9'), teamHeld: cents('0.5') });
    expect(decideAdmission(limits, standing)).toEqual({
      type: 'refused',
      refusal: { code: 'monthly_limit_reached', limit: 1_000, used: 990, held: 10, resetsAt: limits.period.end },
    });
    expect(decideAdmission(limits, { ...standing, requestsHeld: 9 })).toEqual({
      type: 'refused',
      refusal: {
        code: 'team_budget_reached',
        limit: cents('10'),
        used: cents('9'),
        held: cents('0.5'),
        needed: cents('1'),
        resetsAt: limits.period.end,
      },
    });
  });

  it('admits to the last unit of each limit and not past it', () => {
    expect(refusalCode({}, { balance: cents('3'), held: cents('2') })).toBe('admissible');
    expect(refusalCode({}, { balance: cents('2.9999999999'), held: cents('2') })).toBe('insufficient_credits');
    expect(refusalCode({ teamLimit: cents('3') }, { teamSpent: cents('1'), teamHeld: cents('1') })).toBe('admissible');
    expect(refusalCode({}, { requestsUsed: 998, requestsHeld: 1 })).toBe('admissible');
    expect(refusalCode({}, { requestsUsed: 999, requestsHeld: 1 })).toBe('monthly_limit_reached');
  });

  it('admits past the allowance where overage is billed, and for an attempt of a request that has its slot', () => {
    expect(refusalCode({ isOverageBilled: true, plan: seededPlans()[1]! }, { requestsUsed: 100_000 })).toBe(
      'admissible',
    );
    expect(refusalCode({}, { requestsUsed: 1_000, needsSlot: false })).toBe('admissible');
  });

  it('admits nothing on a balance below zero, not even what costs nothing', () => {
    const free = { type: 'bounded', amount: cents('0') } as const;
    expect(refusalCode({ cost: free }, { balance: cents('0') })).toBe('admissible');
    expect(refusalCode({ cost: free }, { balance: cents('-0.1') })).toBe('insufficient_credits');
  });

  it('refuses from now on where a budget was lowered below what is spent', () => {
    expect(refusalCode({ teamLimit: cents('0') }, { teamSpent: cents('5') })).toBe('team_budget_reached');
  });
});

describe('admissionRemainder', () => {
  it('is what is left of credits, requests and the team’s budget', () => {
    const standing = aStanding({ held: cents('30'), requestsUsed: 10, requestsHeld: 5, teamSpent: cents('1') });
    expect(admissionRemainder(theLimits({ teamLimit: cents('5') }), standing)).toEqual({
      balance: cents('70'),
      requests: 985,
      teamBudget: cents('4'),
    });
  });

  it('has no requests left past the allowance, and no budget without a limit', () => {
    const limits = theLimits({ plan: aPlan({ includedRequests: 3 }) });
    expect(admissionRemainder(limits, aStanding({ requestsUsed: 9 }))).toMatchObject({ requests: 0, teamBudget: null });
  });
});
