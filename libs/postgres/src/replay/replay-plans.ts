import type { DraftedPlan, PlannedRecords, ReplayPlan } from '@floopy/application';
import { formatAmount, type Instant, instantOfMilliseconds } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { amountOfRow } from '../ledger/lock-streams';

interface PlanRow {
  readonly plan_number: string;
  readonly planned_at: Date;
  readonly planned_by: string;
  readonly content: PlanContent;
}

type PlanContent = Omit<DraftedPlan, 'records'> & { readonly records: readonly StoredRecords[] };
type StoredRecords = Omit<PlannedRecords, 'amount'> & { readonly amount: string | null };

export interface PlanMaking {
  readonly plannedAt: Instant;
  readonly plannedBy: string;
  readonly actNumber: number | null;
}

/** Keeps a plan as it was made. @returns its number */
export async function saveReplayPlan(
  queries: Queries,
  { source, records, leftOut }: DraftedPlan,
  { plannedAt, plannedBy, actNumber }: PlanMaking,
): Promise<number> {
  const content: PlanContent = {
    source,
    leftOut,
    records: records.map((one) => ({ ...one, amount: one.amount === null ? null : formatAmount(one.amount) })),
  };
  const rows = await queries.query<{ plan_number: string }>({
    name: 'save_replay_plan',
    text: `
      INSERT INTO replay_plan (planned_at, planned_by, act_number, content)
      VALUES ($1, $2, $3, $4)
      RETURNING plan_number`,
    values: [timestampOf(plannedAt), plannedBy, actNumber, JSON.stringify(content)],
  });
  return Number(onlyRow(rows).plan_number);
}

/** Null when there is no such plan. */
export async function readReplayPlan(queries: Queries, number: number): Promise<ReplayPlan | null> {
  const rows = await queries.query<PlanRow>({
    name: 'read_replay_plan',
    text: 'SELECT plan_number, planned_at, planned_by, content FROM replay_plan WHERE plan_number = $1',
    values: [number],
  });
  return rows.map(mapPlan)[0] ?? null;
}

/** The last plans, newest first. */
export async function listReplayPlans(queries: Queries, limit: number): Promise<ReplayPlan[]> {
  const rows = await queries.query<PlanRow>({
    name: 'list_replay_plans',
    text: `
      SELECT plan_number, planned_at, planned_by, content
        FROM replay_plan
       ORDER BY plan_number DESC
       LIMIT $1`,
    values: [limit],
  });
  return rows.map(mapPlan);
}

function mapPlan({ plan_number, planned_at, planned_by, content }: PlanRow): ReplayPlan {
  return {
    ...content,
    records: content.records.map((one) => ({ ...one, amount: one.amount === null ? null : amountOfRow(one.amount) })),
    number: Number(plan_number),
    plannedAt: instantOfMilliseconds(planned_at.getTime()),
    plannedBy: planned_by,
  };
}
