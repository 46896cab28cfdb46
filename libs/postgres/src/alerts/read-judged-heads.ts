import { int4Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { SPEND_FOLLOWER } from '../spend/spend-follower';

/** The end of a stream, with how far its spend is absorbed. */
export interface JudgedHeadRow {
  readonly organization_key: number;
  readonly organization_id: string;
  readonly sequence: string;
  readonly balance: string;
  readonly terms_version: number;
  readonly period_start: Date | null;
  readonly period_requests: string;
  readonly absorbed: string;
  readonly published_version: string;
}

/** Where these organizations stand, as of this snapshot. */
export async function readJudgedHeads(queries: Queries, organizationKeys: readonly number[]): Promise<JudgedHeadRow[]> {
  return queries.query<JudgedHeadRow>({
    name: 'read_judged_heads',
    text: `
      SELECT head.organization_key, organization.organization_id, head.sequence, head.balance, head.terms_version,
             head.period_start, head.period_requests, coalesce(checkpoint.sequence, 0) AS absorbed,
             (SELECT version FROM published_prices) AS published_version
        FROM unnest($1::int4[]) AS wanted (organization_key)
        JOIN organization_head AS head USING (organization_key)
        JOIN organization USING (organization_key)
        LEFT JOIN follower_checkpoint AS checkpoint
          ON checkpoint.organization_key = head.organization_key AND checkpoint.follower = $2`,
    values: [int4Array(organizationKeys), SPEND_FOLLOWER],
  });
}
