import { assertNever } from '../assert';
import { type Amount, LARGEST_AMOUNT, ZERO_AMOUNT } from '../money/amount';
import { hasFeature, type PlanFeature } from '../plans/plan';
import type { PlanCatalogue } from '../plans/plan-catalogue';
import { planAt, planInPeriod } from '../plans/plan-in-period';
import { type BillingAnchor, periodHolding } from '../time/billing-period';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import { MAX_CLOCK_AHEAD_MS } from '../usage/parked-usage';
import { isIdentifier } from './organization';
import { type Actor, mayActAs } from './role';
import { inForceAt, type RecordedChange, isOverageOn, statusAt, type Terms, type TermsChange } from './terms';

export interface ChangeRequest {
  readonly change: TermsChange;
  /** Null for at once. */
  readonly effectiveAt: Instant | null;
  readonly actor: Actor;
  /** Who it is, for the record. */
  readonly changedBy: string;
}

/** What a change is decided on, read under the lock of the organization's stream. */
export interface ChangeContext {
  readonly terms: Terms;
  readonly plans: PlanCatalogue;
  /** Where the ledger stands. */
  readonly position: number;
  readonly now: Instant;
}

export type ChangeRefusal =
  | 'forbidden'
  | 'organization_closed'
  | 'takes_effect_in_the_past'
  | 'takes_effect_too_soon'
  | 'takes_effect_at_once_only'
  | 'plan_required'
  | 'unknown_plan'
  | 'invalid_anchor'
  | 'invalid_limit'
  | 'invalid_id'
  | 'last_owner';

export type ChangeDecision =
  | { readonly type: 'changed'; readonly recorded: RecordedChange }
  /** It is so already, and nothing that is to come says otherwise. */
  | { readonly type: 'unchanged' }
  | { readonly type: 'refused'; readonly code: ChangeRefusal };

/**
 * An anchor takes effect no sooner than this, in milliseconds: usage may have occurred as far ahead of our clock, and
 * the period that it was counted in must stay its period.
 */
export const ANCHOR_NOTICE_MS = MAX_CLOCK_AHEAD_MS;

/** Decides whether terms change: who may, from when, and whether the plan permits it. */
export function decideChange(request: ChangeRequest, context: ChangeContext): ChangeDecision {
  const { change, actor, changedBy } = request;
  const { terms, now, position } = context;
  const effectiveAt = request.effectiveAt ?? soonest(change, now);
  const code =
    refusalOfActor(change, actor) ??
    refusalOfTime(change, effectiveAt, now) ??
    (statusAt(terms, now) === 'closed' ? 'organization_closed' : null) ??
    refusalOfChange(change, effectiveAt, context);
  if (code !== null) return { type: 'refused', code };
  if (isSo(change, effectiveAt, context)) return { type: 'unchanged' };
  const number = terms.version + 1;
  return { type: 'changed', recorded: { number, position, recordedAt: now, effectiveAt, changedBy, change } };
}

/** What the plan has to have for a change; null where any plan will do. It is what a refusal as `plan_required` lacks. */
export function featureNeeded({ type }: TermsChange): PlanFeature | 'overage' | null {
  if (type === 'team_budget') return 'team_budgets';
  return type === 'overage' ? 'overage' : null;
}

const LEAST_ACTOR: Readonly<Record<TermsChange['type'], Actor>> = {
  status: 'operator',
  plan: 'owner',
  overage: 'owner',
  billing_anchor: 'operator',
  member: 'owner',
  team_budget: 'admin',
  team: 'admin',
};

function refusalOfActor(change: TermsChange, actor: Actor): ChangeRefusal | null {
  return mayActAs(actor, LEAST_ACTOR[change.type]) ? null : 'forbidden';
}

function soonest(change: TermsChange, now: Instant): Instant {
  return change.type === 'billing_anchor' ? instantOfMilliseconds(now + ANCHOR_NOTICE_MS) : now;
}

function refusalOfTime(change: TermsChange, effectiveAt: Instant, now: Instant): ChangeRefusal | null {
  if (effectiveAt < now) return 'takes_effect_in_the_past';
  if (effectiveAt < soonest(change, now)) return 'takes_effect_too_soon';
  const maySchedule = change.type === 'plan' || change.type === 'overage' || change.type === 'billing_anchor';
  return effectiveAt > now && !maySchedule ? 'takes_effect_at_once_only' : null;
}

function refusalOfChange(change: TermsChange, effectiveAt: Instant, context: ChangeContext): ChangeRefusal | null {
  const { terms, plans } = context;
  switch (change.type) {
    case 'status':
      return null;
    case 'plan':
      return plans.inForce(change.planId, effectiveAt) === null ? 'unknown_plan' : null;
    case 'overage':
      return change.enabled && planKeptAt(effectiveAt, context).overageRate === null ? 'plan_required' : null;
    case 'billing_anchor':
      return refusalOfAnchor(change);
    case 'team_budget':
      return isIdentifier(change.teamId) ? refusalOfLimit(change.limit, context) : 'invalid_id';
    case 'member':
      return isIdentifier(change.memberId) ? refusalOfLastOwner(terms, change) : 'invalid_id';
    case 'team':
      return isIdentifier(change.teamId) ? null : 'invalid_id';
    default:
      return assertNever(change);
  }
}

function refusalOfAnchor({ day, hour }: Pick<BillingAnchor, 'day' | 'hour'>): ChangeRefusal | null {
  return isWholeWithin(day, 1, 31) && isWholeWithin(hour, 0, 23) ? null : 'invalid_anchor';
}

/** No limit at all is possible on any plan: it may have been set under another. */
function refusalOfLimit(limit: Amount | null, context: ChangeContext): ChangeRefusal | null {
  if (limit === null) return null;
  if (limit < ZERO_AMOUNT || limit > LARGEST_AMOUNT) return 'invalid_limit';
  return hasFeature(planKeptAt(context.now, context), 'team_budgets') ? null : 'plan_required';
}

/** Not the plan of the moment: what was given up for the next period is kept until then. */
function planKeptAt(at: Instant, { terms, plans }: ChangeContext) {
  return planInPeriod(terms, plans, periodHolding(terms.anchors, at), at);
}

/** Somebody must be left who can let others in. */
function refusalOfLastOwner({ members }: Terms, { memberId, role }: Extract<TermsChange, { type: 'member' }>) {
  const owners = [...members].filter(([, known]) => known === 'owner').map(([id]) => id);
  return owners.length === 1 && owners[0] === memberId && role !== 'owner' ? 'last_owner' : null;
}

function isSo(change: TermsChange, effectiveAt: Instant, { terms, plans }: ChangeContext): boolean {
  switch (change.type) {
    case 'status':
      return statusAt(terms, effectiveAt) === change.status;
    case 'plan':
      return endsBy(terms.plans, effectiveAt) && planAt(terms, plans, effectiveAt).id === change.planId;
    case 'overage':
      return endsBy(terms.overage, effectiveAt) && isOverageOn(terms, effectiveAt) === change.enabled;
    case 'billing_anchor':
      return endsBy(terms.anchors, effectiveAt) && isAnchor(change, inForceAt(terms.anchors, effectiveAt));
    case 'team_budget':
      return (terms.teamBudgets.get(change.teamId) ?? null) === change.limit;
    case 'member':
      return (terms.members.get(change.memberId) ?? null) === change.role;
    case 'team':
      return (terms.teams.get(change.teamId) ?? null) === change.name;
    default:
      return assertNever(change);
  }
}

function isAnchor({ day, hour }: Pick<BillingAnchor, 'day' | 'hour'>, known: BillingAnchor | null): boolean {
  return known?.day === day && known.hour === hour;
}

/** Whether nothing on a timeline takes effect later: else saying it again takes that back. */
function endsBy(timeline: readonly { readonly effectiveAt: Instant }[], at: Instant): boolean {
  const last = timeline.at(-1);
  return last === undefined || last.effectiveAt <= at;
}

function isWholeWithin(number: number, smallest: number, largest: number): boolean {
  return Number.isInteger(number) && number >= smallest && number <= largest;
}
