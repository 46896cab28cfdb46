import type { ListedReprice } from '@floopy/application';
import type { Queries } from '../connection/queries';
import { amountOfRow } from '../ledger/lock-streams';
import { mapPlan, type PlanRow } from './reprice-plans';

interface ListedRow extends PlanRow {
  readonly organizations: number;
  readonly finished: number;
  readonly entries: string;
  readonly sum_before: string;
  readonly sum_after: string;
  readonly posted: string;
  readonly credited: string;
}

/** Planned reprices with what they come to in all, the last first; `below` is the number that the page before ended with. */
export async function listRepricePlans(
  queries: Queries,
  { below, limit }: { readonly below: number | null; readonly limit: number },
): Promise<ListedReprice[]> {
  const rows = await queries.query<ListedRow>({
    name: 'list_reprice_plans',
    text: `
      SELECT reprice_plan, planned_at, planned_by, reason, occurred_from, occurred_until, model, rate_card_version,
             keeps_override, override_version, organizations, finished, entries, sum_before, sum_after, posted, credited
        FROM reprice_plan
       CROSS JOIN LATERAL (
             SELECT count(*)::int AS organizations, count(finished_at)::int AS finished,
                    coalesce(sum(entries), 0) AS entries, coalesce(sum(sum_before), 0)::numeric(38, 10) AS sum_before,
                    coalesce(sum(sum_after), 0)::numeric(38, 10) AS sum_after, coalesce(sum(posted), 0) AS posted,
                    coalesce(sum(credited), 0)::numeric(38, 10) AS credited
               FROM reprice_part
              WHERE reprice_part.reprice_plan = reprice_plan.reprice_plan
             ) AS parts
       WHERE $1::int8 IS NULL OR reprice_plan < $1
       ORDER BY reprice_plan DESC
       LIMIT $2`,
    values: [below, limit],
  });
  return rows.map((row) => ({
    ...mapPlan(row),
    organizations: row.organizations,
    entries: Number(row.entries),
    before: amountOfRow(row.sum_before),
    after: amountOfRow(row.sum_after),
    posted: Number(row.posted),
    credited: amountOfRow(row.credited),
    isFinished: row.finished === row.organizations,
  }));
}
