import { assertNever } from '../assert';
import type { Amount } from '../money/amount';
import type { BillingAnchor } from '../time/billing-period';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import type { Role } from './role';

export const ORGANIZATION_STATUSES = ['active', 'suspended', 'closed'] as const;
export type OrganizationStatus = (typeof ORGANIZATION_STATUSES)[number];

export type StatusChange = { readonly type: 'status'; readonly status: OrganizationStatus; readonly reason: string };
export type PlanChange = { readonly type: 'plan'; readonly planId: string };
export type OverageChange = { readonly type: 'overage'; readonly enabled: boolean };
export type AnchorChange = { readonly type: 'billing_anchor'; readonly day: number; readonly hour: number };
/** The most that a team may spend in one billing period; null ends the limit. */
export type BudgetChange = { readonly type: 'team_budget'; readonly teamId: string; readonly limit: Amount | null };
/** Null takes a member out, or a team off the list. What they spent stays theirs. */
export type MemberChange = { readonly type: 'member'; readonly memberId: string; readonly role: Role | null };
export type TeamChange = { readonly type: 'team'; readonly teamId: string; readonly name: string | null };

export type TermsChange =
  StatusChange | PlanChange | OverageChange | AnchorChange | BudgetChange | MemberChange | TeamChange;

/** A fact about an organization's terms, on a stream of its own beside the ledger. Never changed, never deleted. */
export interface RecordedChange<Change extends TermsChange = TermsChange> {
  /** 1, 2, 3 … without a gap, for each organization. */
  readonly number: number;
  /** Where the ledger stood: the entry at this position and those before it were posted without this change. */
  readonly position: number;
  readonly recordedAt: Instant;
  /** Never before `recordedAt`: terms do not change the past. */
  readonly effectiveAt: Instant;
  /** The member or operator who did it. */
  readonly changedBy: string;
  readonly change: Change;
}

/** What an organization agreed to, and what it set, as of its last change. Timelines ascend by when they take effect. */
export interface Terms {
  /** The number of the last change; 0 before the first. */
  readonly version: number;
  readonly statuses: readonly RecordedChange<StatusChange>[];
  readonly plans: readonly RecordedChange<PlanChange>[];
  readonly overage: readonly RecordedChange<OverageChange>[];
  readonly anchors: readonly BillingAnchor[];
  /** By team; a team without a limit is absent. */
  readonly teamBudgets: ReadonlyMap<string, Amount>;
  readonly members: ReadonlyMap<string, Role>;
  /** Names of teams, by id. */
  readonly teams: ReadonlyMap<string, string>;
}

export const NO_TERMS: Terms = {
  version: 0,
  statuses: [],
  plans: [],
  overage: [],
  anchors: [],
  teamBudgets: new Map(),
  members: new Map(),
  teams: new Map(),
};

/** Folds the next change of an organization's stream of changes into its terms. */
export function projectTerms(terms: Terms, recorded: RecordedChange): Terms {
  const { change, effectiveAt, number } = recorded;
  const changed = { ...terms, version: number };
  switch (change.type) {
    case 'status':
      return { ...changed, statuses: inOrder(terms.statuses, { ...recorded, change }) };
    case 'plan':
      return { ...changed, plans: inOrder(terms.plans, fromBeginning({ ...recorded, change })) };
    case 'overage':
      return { ...changed, overage: inOrder(terms.overage, { ...recorded, change }) };
    case 'billing_anchor':
      return { ...changed, anchors: inOrder(terms.anchors, { effectiveAt, day: change.day, hour: change.hour }) };
    case 'team_budget':
      return { ...changed, teamBudgets: withEntry(terms.teamBudgets, change.teamId, change.limit) };
    case 'member':
      return { ...changed, members: withEntry(terms.members, change.memberId, change.role) };
    case 'team':
      return { ...changed, teams: withEntry(terms.teams, change.teamId, change.name) };
    default:
      return assertNever(change);
  }
}

/** An organization is active until something else is said. */
export function statusAt(terms: Terms, at: Instant): OrganizationStatus {
  return inForceAt(terms.statuses, at)?.change.status ?? 'active';
}

/** Whether its owner had agreed to pay for requests past the allowance; off until it is switched on. */
export function isOverageOn(terms: Terms, at: Instant): boolean {
  return inForceAt(terms.overage, at)?.change.enabled ?? false;
}

/** The last of a timeline that has taken effect by `at`; null before the first. */
export function inForceAt<Dated extends { readonly effectiveAt: Instant }>(
  timeline: readonly Dated[],
  at: Instant,
): Dated | null {
  for (let index = timeline.length - 1; index >= 0; index -= 1) {
    const candidate = timeline[index];
    if (candidate !== undefined && candidate.effectiveAt <= at) return candidate;
  }
  return null;
}

/** What an organization is created with is its plan from the beginning of time, and no change of plans. */
function fromBeginning(recorded: RecordedChange<PlanChange>): RecordedChange<PlanChange> {
  const isCreation = recorded.number === 1 && recorded.position === 0;
  return isCreation ? { ...recorded, effectiveAt: instantOfMilliseconds(0) } : recorded;
}

/** Puts a change where it takes effect; of two that do at once, the later one decides. */
function inOrder<Dated extends { readonly effectiveAt: Instant }>(timeline: readonly Dated[], added: Dated): Dated[] {
  const before = timeline.filter(({ effectiveAt }) => effectiveAt <= added.effectiveAt);
  return [...before, added, ...timeline.filter(({ effectiveAt }) => effectiveAt > added.effectiveAt)];
}

function withEntry<Value>(map: ReadonlyMap<string, Value>, key: string, value: Value | null): Map<string, Value> {
  const changed = new Map(map);
  if (value === null) changed.delete(key);
  else changed.set(key, value);
  return changed;
}
