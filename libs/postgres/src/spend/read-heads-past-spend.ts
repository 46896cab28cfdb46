import type { Queries } from '../connection/queries';
import { SPEND_FOLLOWER } from './spend-follower';

/** The head of a stream of which not everything was absorbed. */
export interface HeadPastSpend {
  readonly organization_key: number;
  readonly organization_id: string;
  readonly sequence: string;
  readonly terms_version: number;
  /** The last sequence that was absorbed; 0 at the beginning. */
  readonly absorbed: string;
}

/** Streams that have grown past the checkpoint of spend, by ascending key after `afterKey`, at most `limit` of them. */
export async function readHeadsPastSpend(queries: Queries, afterKey: number, limit: number): Promise<HeadPastSpend[]> {
  return queries.query<HeadPastSpend>({
    name: 'read_heads_past_spend',
    text: `
      SELECT head.organization_key, organization.organization_id, head.sequence, head.terms_version,
             coalesce(checkpoint.sequence, 0) AS absorbed
        FROM organization_head AS head
        JOIN organization USING (organization_key)
        LEFT JOIN follower_checkpoint AS checkpoint
          ON checkpoint.organization_key = head.organization_key AND checkpoint.follower = $1
       WHERE head.organization_key > $2 AND head.sequence > coalesce(checkpoint.sequence, 0)
       ORDER BY head.organization_key
       LIMIT $3`,
    values: [SPEND_FOLLOWER, afterKey, limit],
  });
}
