import type { Instant } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';

/**
 * The last position that was recorded at or before an instant; 0 when nothing was. Within a stream `recorded_at` never
 * goes back, so the search halves the stream by its primary key, and no index on the time has to be kept.
 */
export async function findPositionAt(queries: Queries, organizationKey: number, instant: Instant): Promise<number> {
  const rows = await queries.query<{ position: string }>({
    name: 'find_position_at',
    text: `
      WITH RECURSIVE search (low, high) AS (
        SELECT 0::int8, sequence FROM organization_head WHERE organization_key = $1
         UNION ALL
        SELECT CASE WHEN middle.recorded_at <= $2 THEN middle.sequence ELSE search.low END,
               CASE WHEN middle.recorded_at <= $2 THEN search.high ELSE middle.sequence - 1 END
          FROM search
         -- LIMIT keeps it one look into the primary key a step, whatever the planner thinks of a join.
         CROSS JOIN LATERAL (SELECT sequence, recorded_at
                               FROM ledger_event
                              WHERE organization_key = $1 AND sequence = (search.low + search.high + 1) / 2
                              LIMIT 1) AS middle
         WHERE search.low < search.high
      )
      SELECT low AS position FROM search WHERE low = high`,
    values: [organizationKey, timestampOf(instant)],
  });
  return Number(onlyRow(rows).position);
}
