import type { Queries } from '../connection/queries';

/** The head of a stream of which not everything was handed on. */
export interface HeadBehindRow {
  readonly organization_key: number;
  readonly organization_id: string;
  readonly sequence: string;
  readonly balance: string;
  readonly recorded_at: Date;
  /** The last sequence that was handed on; 0 at the beginning. */
  readonly relayed: string;
  readonly terms_version: number;
  readonly period_start: Date | null;
  readonly period_requests: string | null;
  /** Of the latest period with any by the time of the head; null where there is none. */
  readonly overage_start: Date | null;
  readonly overage_requests: string | null;
  /** Of the whole ledger; 0 until one was put back. */
  readonly incarnation: string;
}

/**
 * Streams that have grown past their checkpoint, by ascending key after `afterKey`, at most `limit` of them.
 * Each follows its own sequence: there is no global order, since commits do not happen in the order of any number.
 */
export async function readHeadsBehind(queries: Queries, afterKey: number, limit: number): Promise<HeadBehindRow[]> {
  return queries.query<HeadBehindRow>({
    name: 'read_heads_behind',
    text: `
      SELECT head.organization_key, organization.organization_id, head.sequence, head.balance, head.recorded_at,
             coalesce(checkpoint.sequence, 0) AS relayed, head.terms_version, head.period_start, head.period_requests,
             overage.period_start AS overage_start, overage.requests AS overage_requests,
             (SELECT coalesce(max(incarnation), 0) FROM ledger_incarnation) AS incarnation
        FROM organization_head AS head
        JOIN organization USING (organization_key)
        LEFT JOIN relay_checkpoint AS checkpoint USING (organization_key)
        LEFT JOIN LATERAL (
               SELECT period_start, requests + late_requests AS requests
                 FROM period_overage
                WHERE period_overage.organization_key = head.organization_key AND period_start <= head.recorded_at
                ORDER BY period_start DESC
                LIMIT 1
             ) AS overage ON true
       WHERE head.organization_key > $1 AND head.sequence > coalesce(checkpoint.sequence, 0)
       ORDER BY head.organization_key
       LIMIT $2`,
    values: [afterKey, limit],
  });
}
