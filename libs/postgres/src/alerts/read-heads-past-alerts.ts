import type { Queries } from '../connection/queries';
import { ALERTS_FOLLOWER, ALERTS_TERMS_FOLLOWER } from './alerts-follower';

/** Keys of organizations whose ledger or terms have moved since their alerts were judged, ascending after `afterKey`. */
export async function readHeadsPastAlerts(queries: Queries, afterKey: number, limit: number): Promise<number[]> {
  const rows = await queries.query<{ organization_key: number }>({
    name: 'read_heads_past_alerts',
    text: `
      SELECT head.organization_key
        FROM organization_head AS head
        LEFT JOIN follower_checkpoint AS judged
          ON judged.organization_key = head.organization_key AND judged.follower = $1
        LEFT JOIN follower_checkpoint AS judged_terms
          ON judged_terms.organization_key = head.organization_key AND judged_terms.follower = $2
       WHERE head.organization_key > $3
         AND (head.sequence > coalesce(judged.sequence, 0) OR head.terms_version > coalesce(judged_terms.sequence, 0))
       ORDER BY head.organization_key
       LIMIT $4`,
    values: [ALERTS_FOLLOWER, ALERTS_TERMS_FOLLOWER, afterKey, limit],
  });
  return rows.map((row) => row.organization_key);
}
