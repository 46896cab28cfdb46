import type { AlertSubject, DueSubjects } from '@floopy/application';
import {
  type AlertSpending,
  type Instant,
  instantOfMilliseconds,
  organizationIdOf,
  type ParkedDay,
  periodHolding,
  type PlanCatalogue,
  type Terms,
} from '@floopy/domain';
import type { Queries } from '../connection/queries';
import type { Transaction } from '../connection/transaction';
import { readLastDeadLetterKey, readLatelyParked } from '../dead-letters/read-lately-parked';
import { type ModelOfRecord, readParkedDays } from '../dead-letters/read-parked-days';
import { amountOfRow } from '../ledger/lock-streams';
import { FollowedTermsMemory } from '../organization/followed-terms-memory';
import { PlanCatalogueMemory } from '../plans/plan-catalogue-memory';
import { readHourlySpending } from '../spend/read-hourly-spending';
import { readTeamSpend } from '../spend/read-team-spend';
import type { JudgedPosition } from './move-alert-checkpoints';
import { readHeadsPastAlerts } from './read-heads-past-alerts';
import { type JudgedHeadRow, readJudgedHeads } from './read-judged-heads';
import { readOrganizationKeys } from './read-organization-keys';

export interface JudgingLimits {
  /** Organizations in one round that have moved, and as many that have not. */
  readonly organizations: number;
  /** So often every organization is judged, for what time alone does: periods turn, days pass, credits run out. */
  readonly sweepEveryMs: number;
}

/** With more entries that the follower of spend has not absorbed, reading them would hold up everybody's alerts. */
const MOST_ENTRIES_BEHIND = 10_000;

/** Where the last rounds have stopped. It is in memory: who begins anew looks at everybody again, and tells nothing twice. */
interface Progress {
  readonly movedKey: number;
  /** Null between two sweeps. */
  readonly sweptKey: number | null;
  readonly sweepBegan: Instant | null;
  /** Null before the first look. */
  readonly deadLetterKey: number | null;
}

/** Finds the organizations whose alerts are to be judged, and where they stand. */
export class DueAlerts {
  private readonly terms = new FollowedTermsMemory();
  private readonly plans = new PlanCatalogueMemory();
  private progress: Progress = { movedKey: 0, sweptKey: null, sweepBegan: null, deadLetterKey: null };

  constructor(
    private readonly limits: JudgingLimits,
    private readonly modelOf: ModelOfRecord,
  ) {}

  /** @returns also the positions that are judged with it, for the checkpoint */
  async read(transaction: Transaction, now: Instant): Promise<DueSubjects & { readonly positions: JudgedPosition[] }> {
    const { moved, parked, swept, next } = await this.choose(transaction, now);
    transaction.afterCommit(() => (this.progress = next));
    const heads = await readJudgedHeads(transaction, [...new Set([...moved, ...parked, ...swept])]);
    const looked = new Set([...parked, ...swept]);
    return { ...(await this.subjectsOf(transaction, heads, looked, now)), hasMore: next.movedKey > 0 };
  }

  private async choose(queries: Queries, now: Instant) {
    const { organizations: limit } = this.limits;
    const moved = await readHeadsPastAlerts(queries, this.progress.movedKey, limit);
    const movedKey = moved.length < limit ? 0 : (moved.at(-1) ?? 0);
    const { deadLetterKey: seen } = this.progress;
    const first = seen ?? (await readLastDeadLetterKey(queries));
    const { organizationKeys: parked, lastKey: deadLetterKey } = await readLatelyParked(queries, first, now);
    const sweep = this.sweepAt(now);
    const swept = sweep.sweptKey === null ? [] : await readOrganizationKeys(queries, sweep.sweptKey, limit);
    const sweptKey = swept.length < limit ? null : (swept.at(-1) ?? null);
    return { moved, parked, swept, next: { movedKey, deadLetterKey, sweptKey, sweepBegan: sweep.sweepBegan } };
  }

  /** A sweep goes on where it stopped, or begins when it is time. */
  private sweepAt(now: Instant): Pick<Progress, 'sweptKey' | 'sweepBegan'> {
    const { sweptKey, sweepBegan } = this.progress;
    if (sweptKey !== null) return { sweptKey, sweepBegan };
    const isDue = sweepBegan === null || now - sweepBegan >= this.limits.sweepEveryMs;
    return isDue ? { sweptKey: 0, sweepBegan: now } : { sweptKey: null, sweepBegan };
  }

  private async subjectsOf(
    queries: Queries,
    heads: readonly JudgedHeadRow[],
    looked: ReadonlySet<number>,
    now: Instant,
  ): Promise<{ readonly subjects: AlertSubject[]; readonly positions: JudgedPosition[] }> {
    const [anyHead] = heads;
    if (anyHead === undefined) return { subjects: [], positions: [] };
    const plans = await this.plans.plansOf(queries, Number(anyHead.published_version));
    const locked = heads.map((head) => ({ organizationKey: head.organization_key, termsVersion: head.terms_version }));
    const termsOf = await this.terms.termsOf(queries, locked);
    const spending = await readSpending(queries, heads, termsOf, now);
    const parkedKeys = heads.map((head) => head.organization_key).filter((key) => looked.has(key));
    const parked = await readParkedDays(queries, parkedKeys, now, this.modelOf);
    const found = { plans, termsOf, spending, parked };
    return { subjects: heads.map((head) => subjectOf(head, found)), positions: heads.map(positionOf) };
  }
}

interface Found {
  readonly plans: PlanCatalogue;
  readonly termsOf: (organizationKey: number) => Terms;
  readonly spending: ReadonlyMap<number, AlertSpending>;
  readonly parked: ReadonlyMap<number, readonly ParkedDay[]>;
}

function subjectOf(head: JudgedHeadRow, { plans, termsOf, spending, parked }: Found): AlertSubject {
  const key = head.organization_key;
  const { period_start: start } = head;
  const latest =
    start === null
      ? null
      : { periodStart: instantOfMilliseconds(start.getTime()), requests: Number(head.period_requests) };
  return {
    organizationId: organizationIdOf(head.organization_id),
    standing: {
      position: Number(head.sequence),
      balance: amountOfRow(head.balance),
      terms: termsOf(key),
      plans,
      latest,
      spending: spending.get(key) ?? null,
      parked: parked.get(key) ?? [],
    },
  };
}

function positionOf(head: JudgedHeadRow): JudgedPosition {
  return {
    organizationKey: head.organization_key,
    position: Number(head.sequence),
    termsVersion: head.terms_version,
  };
}

/** Of those whose spend is nearly absorbed. */
async function readSpending(
  queries: Queries,
  heads: readonly JudgedHeadRow[],
  termsOf: (organizationKey: number) => Terms,
  now: Instant,
): Promise<Map<number, AlertSpending>> {
  const near = heads.filter((head) => Number(head.sequence) - Number(head.absorbed) <= MOST_ENTRIES_BEHIND);
  const keys = near.map((head) => head.organization_key);
  const spending = new Map<number, AlertSpending>();
  for (const [key, hourly] of await readHourlySpending(queries, keys, now)) {
    const { teamBudgets, anchors } = termsOf(key);
    const uses = teamBudgets.size === 0 ? [] : await readTeamSpend(queries, key, periodHolding(anchors, now));
    const teams = new Map(uses.flatMap(({ teamId, spend }) => (teamId === null ? [] : [[teamId, spend]])));
    spending.set(key, { ...hourly, teams });
  }
  return spending;
}
