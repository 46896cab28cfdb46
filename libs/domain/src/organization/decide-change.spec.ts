import { aCatalogue, termsAfter } from '../../test/a-plan';
import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { instantOfMilliseconds } from '../time/instant';
import { ANCHOR_NOTICE_MS, type ChangeContext, type ChangeRequest, decideChange } from './decide-change';
import { type Actor, mayActAs, ROLES } from './role';
import { NO_TERMS, type TermsChange } from './terms';

const NOW = at('2026-11-23T10:00:00Z');
const PRO = termsAfter(['2026-11-01T00:00:00Z', { type: 'plan', planId: 'pro' }]);

function decide(change: TermsChange, request: Partial<ChangeRequest> = {}, context: Partial<ChangeContext> = {}) {
  return decideChange(
    { change, effectiveAt: null, actor: 'operator', changedBy: 'ann', ...request },
    { terms: PRO, plans: aCatalogue(), position: 7, now: NOW, ...context },
  );
}

function codeOf(...parameters: Parameters<typeof decide>): string {
  const decision = decide(...parameters);
  return decision.type === 'refused' ? decision.code : decision.type;
}

const BUDGET: TermsChange = { type: 'team_budget', teamId: 'search', limit: cents('100') };

describe('decideChange', () => {
  it('records a change with its number, the position of the ledger, and who made it', () => {
    expect(decide({ type: 'overage', enabled: true }, { actor: 'owner' })).toEqual({
      type: 'changed',
      recorded: {
        number: 2,
        position: 7,
        recordedAt: NOW,
        effectiveAt: NOW,
        changedBy: 'ann',
        change: { type: 'overage', enabled: true },
      },
    });
  });

  it.each<[string, TermsChange, Actor[]]>([
    ['plan and overage', { type: 'overage', enabled: true }, ['owner', 'operator']],
    ['members', { type: 'member', memberId: 'bob', role: 'member' }, ['owner', 'operator']],
    ['team budgets', BUDGET, ['owner', 'admin', 'operator']],
    ['status', { type: 'status', status: 'suspended', reason: 'unpaid' }, ['operator']],
    ['anchors', { type: 'billing_anchor', day: 17, hour: 10 }, ['operator']],
  ])('lets only those change %s who may', (_, change, allowed) => {
    const actors: Actor[] = [...ROLES, 'operator'];
    expect(actors.filter((actor) => codeOf(change, { actor }) === 'changed')).toEqual(allowed);
    expect(actors.filter((actor) => codeOf(change, { actor }) === 'forbidden')).toEqual(
      actors.filter((actor) => !allowed.includes(actor)),
    );
  });

  it('refuses what would change the past', () => {
    const effectiveAt = instantOfMilliseconds(NOW - 1);
    expect(codeOf({ type: 'overage', enabled: true }, { effectiveAt })).toBe('takes_effect_in_the_past');
  });

  it('schedules plans, overage and anchors, and nothing else', () => {
    const effectiveAt = at('2026-12-01T00:00:00Z');
    expect(codeOf({ type: 'plan', planId: 'free' }, { effectiveAt })).toBe('changed');
    expect(codeOf({ type: 'overage', enabled: true }, { effectiveAt })).toBe('changed');
    expect(codeOf(BUDGET, { effectiveAt })).toBe('takes_effect_at_once_only');
  });

  it('gives an anchor notice, since usage may have occurred ahead of our clock', () => {
    const soonest = instantOfMilliseconds(NOW + ANCHOR_NOTICE_MS);
    const anchor: TermsChange = { type: 'billing_anchor', day: 31, hour: 23 };
    expect(decide(anchor)).toMatchObject({ type: 'changed', recorded: { effectiveAt: soonest } });
    expect(codeOf(anchor, { effectiveAt: instantOfMilliseconds(soonest - 1) })).toBe('takes_effect_too_soon');
  });

  it.each([
    [0, 0],
    [32, 0],
    [1.5, 0],
    [1, 24],
    [1, -1],
  ])('refuses an anchor on day %d at hour %d', (day, hour) => {
    expect(codeOf({ type: 'billing_anchor', day, hour })).toBe('invalid_anchor');
  });

  it('switches overage on only where the plan of the period permits it, and off anywhere', () => {
    const wasOn = termsAfter(['2026-11-01T00:00:00Z', { type: 'overage', enabled: true }]);
    expect(codeOf({ type: 'overage', enabled: true }, {}, { terms: NO_TERMS })).toBe('plan_required');
    expect(codeOf({ type: 'overage', enabled: false }, {}, { terms: wasOn })).toBe('changed');
  });

  it('still permits what a plan has that ends with the period', () => {
    const downgraded = termsAfter(
      ['2026-11-01T00:00:00Z', { type: 'plan', planId: 'pro' }],
      ['2026-11-20T00:00:00Z', { type: 'plan', planId: 'free' }],
    );
    expect(codeOf(BUDGET, {}, { terms: downgraded })).toBe('changed');
    expect(codeOf(BUDGET, {}, { terms: downgraded, now: at('2026-12-01T00:00:00Z') })).toBe('plan_required');
  });

  it('sets team budgets from Pro on, and takes one away on any plan', () => {
    const limited = termsAfter(['2026-11-01T00:00:00Z', BUDGET]);
    expect(codeOf(BUDGET, {}, { terms: NO_TERMS })).toBe('plan_required');
    expect(codeOf({ ...BUDGET, limit: null }, {}, { terms: limited })).toBe('changed');
    expect(codeOf({ ...BUDGET, limit: cents('-1') })).toBe('invalid_limit');
    expect(codeOf({ ...BUDGET, limit: cents('0') })).toBe('changed');
    expect(codeOf({ ...BUDGET, teamId: 'the team' })).toBe('invalid_id');
  });

  it('assigns only a plan that is in force then', () => {
    expect(codeOf({ type: 'plan', planId: 'gold' })).toBe('unknown_plan');
    expect(codeOf({ type: 'plan', planId: 'enterprise' })).toBe('changed');
  });

  it('changes nothing that is so already, unless that takes back what is to come', () => {
    expect(codeOf({ type: 'plan', planId: 'pro' })).toBe('unchanged');
    expect(codeOf({ type: 'overage', enabled: false })).toBe('unchanged');
    expect(codeOf({ ...BUDGET, limit: null })).toBe('unchanged');
    expect(codeOf({ type: 'status', status: 'active', reason: 'paid' })).toBe('unchanged');
    const leaving = termsAfter(
      ['2026-11-01T00:00:00Z', { type: 'plan', planId: 'pro' }],
      ['2026-12-01T00:00:00Z', { type: 'plan', planId: 'free' }],
    );
    expect(codeOf({ type: 'plan', planId: 'pro' }, {}, { terms: leaving })).toBe('changed');
  });

  it('leaves somebody who can let others in', () => {
    const terms = termsAfter(['2026-11-01T00:00:00Z', { type: 'member', memberId: 'ann', role: 'owner' }]);
    expect(codeOf({ type: 'member', memberId: 'ann', role: null }, {}, { terms })).toBe('last_owner');
    expect(codeOf({ type: 'member', memberId: 'ann', role: 'admin' }, {}, { terms })).toBe('last_owner');
    expect(codeOf({ type: 'member', memberId: 'bob', role: 'owner' }, {}, { terms })).toBe('changed');
    expect(codeOf({ type: 'member', memberId: 'a b', role: 'owner' }, {}, { terms })).toBe('invalid_id');
  });

  it('changes nothing any more of an organization that was closed', () => {
    const terms = termsAfter(['2026-11-01T00:00:00Z', { type: 'status', status: 'closed', reason: 'left' }]);
    expect(codeOf({ type: 'status', status: 'active', reason: 'back' }, {}, { terms })).toBe('organization_closed');
  });
});

describe('mayActAs', () => {
  it('lets an owner do what an admin may, and not the other way round', () => {
    expect([mayActAs('owner', 'admin'), mayActAs('admin', 'owner'), mayActAs('member', 'member')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
