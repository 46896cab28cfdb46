import type { OrganizationReprice, PlannedOrganization, RepricePlan, RepriceRequest } from '@floopy/application';
import { type Instant, instantOfMilliseconds, type MissingRate, organizationIdOf } from '@floopy/domain';
import { int8Array, numericArray, textArray } from '../connection/binary-array';
import type { DatabasePool } from '../connection/pool';
import { onlyRow, type Queries, queriesOf } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { inTransaction } from '../connection/transaction';
import { amountOfRow } from '../ledger/lock-streams';

/** Keeps a planned reprice. @returns its number */
export function saveRepricePlan(
  pool: DatabasePool,
  request: RepriceRequest,
  organizations: readonly OrganizationReprice[],
): Promise<number> {
  return inTransaction(pool, async (transaction) => {
    const number = await insertPlan(transaction, request);
    await insertParts(transaction, number, organizations);
    return number;
  });
}

async function insertPlan(queries: Queries, request: RepriceRequest): Promise<number> {
  const { selection, right, reason, plannedBy } = request;
  const { rateCardVersion, overrideVersion } = right;
  const rows = await queries.query<{ reprice_plan: number }>({
    name: 'insert_reprice_plan',
    text: `
      INSERT INTO reprice_plan (planned_by, reason, occurred_from, occurred_until, model, rate_card_version,
                                keeps_override, override_version)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      RETURNING reprice_plan`,
    values: [
      plannedBy,
      reason,
      timestampOf(selection.from),
      timestampOf(selection.until),
      selection.model,
      rateCardVersion === 'kept' ? null : rateCardVersion,
      overrideVersion === 'kept',
      overrideVersion === 'kept' ? null : overrideVersion,
    ],
  });
  return onlyRow(rows).reprice_plan;
}

async function insertParts(
  queries: Queries,
  number: number,
  organizations: readonly OrganizationReprice[],
): Promise<void> {
  await queries.query({
    name: 'insert_reprice_parts',
    text: `
      INSERT INTO reprice_part (reprice_plan, organization_key, through, entries, sum_before, sum_after, reversed,
                                unpriced, missing)
      SELECT $1, organization_key, through, entries, sum_before, sum_after, reversed, unpriced, missing::jsonb
        FROM unnest($2::text[], $3::int8[], $4::int8[], $5::numeric[], $6::numeric[], $7::int8[], $8::int8[], $9::text[])
             AS part (organization_id, through, entries, sum_before, sum_after, reversed, unpriced, missing)
        JOIN organization USING (organization_id)`,
    values: [
      number,
      textArray(organizations.map(({ organizationId }) => organizationId)),
      int8Array(organizations.map(({ through }) => through)),
      int8Array(organizations.map(({ entries }) => entries)),
      numericArray(organizations.map(({ before }) => before)),
      numericArray(organizations.map(({ after }) => after)),
      int8Array(organizations.map(({ reversed }) => reversed)),
      int8Array(organizations.map(({ unpriced }) => unpriced)),
      textArray(organizations.map(({ missing }) => (missing === null ? null : JSON.stringify(missing)))),
    ],
  });
}

export interface PlanRow {
  readonly reprice_plan: number;
  readonly planned_at: Date;
  readonly planned_by: string;
  readonly reason: string;
  readonly occurred_from: Date;
  readonly occurred_until: Date;
  readonly model: string | null;
  readonly rate_card_version: number | null;
  readonly keeps_override: boolean;
  readonly override_version: number | null;
}

interface PartRow {
  readonly organization_id: string;
  readonly through: string;
  readonly entries: string;
  readonly sum_before: string;
  readonly sum_after: string;
  readonly reversed: string;
  readonly unpriced: string;
  readonly missing: MissingRate | null;
  readonly posted: string;
  readonly credited: string;
  readonly is_finished: boolean;
}

/** A planned reprice with how far it was applied; null when there is no such plan. */
export async function readRepricePlan(pool: DatabasePool, number: number): Promise<RepricePlan | null> {
  const queries = queriesOf(pool);
  const [plan] = await queries.query<PlanRow>({
    name: 'read_reprice_plan',
    text: `
      SELECT reprice_plan, planned_at, planned_by, reason, occurred_from, occurred_until, model, rate_card_version,
             keeps_override, override_version
        FROM reprice_plan
       WHERE reprice_plan = $1`,
    values: [number],
  });
  if (plan === undefined) return null;
  const parts = await queries.query<PartRow>({
    name: 'read_reprice_parts',
    text: `
      SELECT organization_id, through, entries, sum_before, sum_after, reversed, unpriced, missing, posted, credited,
             finished_at IS NOT NULL AS is_finished
        FROM reprice_part
        JOIN organization USING (organization_key)
       WHERE reprice_plan = $1
       ORDER BY organization_id`,
    values: [number],
  });
  return { ...mapPlan(plan), organizations: parts.map(mapPart) };
}

export function mapPlan(row: PlanRow): Omit<RepricePlan, 'organizations'> {
  return {
    number: row.reprice_plan,
    plannedAt: instantOf(row.planned_at),
    plannedBy: row.planned_by,
    reason: row.reason,
    selection: { from: instantOf(row.occurred_from), until: instantOf(row.occurred_until), model: row.model },
    right: {
      rateCardVersion: row.rate_card_version ?? 'kept',
      overrideVersion: row.keeps_override ? 'kept' : row.override_version,
    },
  };
}

function mapPart(row: PartRow): PlannedOrganization {
  return {
    organizationId: organizationIdOf(row.organization_id),
    through: Number(row.through),
    entries: Number(row.entries),
    before: amountOfRow(row.sum_before),
    after: amountOfRow(row.sum_after),
    reversed: Number(row.reversed),
    unpriced: Number(row.unpriced),
    missing: row.missing,
    posted: Number(row.posted),
    credited: amountOfRow(row.credited),
    isFinished: row.is_finished,
  };
}

function instantOf(date: Date): Instant {
  return instantOfMilliseconds(date.getTime());
}
