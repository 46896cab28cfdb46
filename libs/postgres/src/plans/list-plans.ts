import { type Instant, instantOfMilliseconds } from '@floopy/domain';
import type { Queries } from '../connection/queries';

/** A published version of a plan without what it says. */
export interface PlanSummary {
  readonly version: number;
  readonly id: string;
  readonly contentHash: string;
  readonly effectiveAt: Instant;
  readonly publishedAt: Instant;
  readonly publishedBy: string;
}

interface SummaryRow {
  readonly version: number;
  readonly plan_id: string;
  readonly content_hash: string;
  readonly effective_at: Date;
  readonly published_at: Date;
  readonly published_by: string;
}

/** Every published version, newest first; what an operator sees before asking for one of them. */
export async function listPlans(queries: Queries): Promise<PlanSummary[]> {
  const rows = await queries.query<SummaryRow>({
    name: 'list_plans',
    text: `
      SELECT version, plan_id, content_hash, effective_at, published_at, published_by
        FROM plan_version
       ORDER BY version DESC`,
  });
  return rows.map((row) => ({
    version: row.version,
    id: row.plan_id,
    contentHash: row.content_hash,
    effectiveAt: instantOfMilliseconds(row.effective_at.getTime()),
    publishedAt: instantOfMilliseconds(row.published_at.getTime()),
    publishedBy: row.published_by,
  }));
}
