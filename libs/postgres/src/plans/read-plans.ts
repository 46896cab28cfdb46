import { instantOfMilliseconds, type Plan, readPlanContent } from '@floopy/domain';
import type { Queries } from '../connection/queries';

interface PlanRow {
  readonly version: number;
  readonly content: string;
  readonly content_hash: string;
  readonly effective_at: Date;
  readonly published_at: Date;
}

/** Every published version of every plan, oldest first. A plan is read from its content alone, which its hash covers. */
export async function readPlans(queries: Queries): Promise<Plan[]> {
  const rows = await queries.query<PlanRow>({
    name: 'read_plans',
    text: `
      SELECT version, content, content_hash, effective_at, published_at
        FROM plan_version
       ORDER BY version`,
  });
  return rows.map((row) => ({
    ...readPlanContent(row.content),
    version: row.version,
    contentHash: row.content_hash,
    effectiveAt: instantOfMilliseconds(row.effective_at.getTime()),
    publishedAt: instantOfMilliseconds(row.published_at.getTime()),
  }));
}
