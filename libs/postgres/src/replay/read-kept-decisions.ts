import type { KeptDecision } from '@floopy/application';
import { type DeadLetterReason, instantOfMilliseconds } from '@floopy/domain';
import { int8Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { rawRecordOf, type StoredHeaders, type StoredRecordRow } from '../dead-letters/stored-record';

interface DecisionRow extends Omit<StoredRecordRow, 'record_headers'> {
  readonly record_offset: string;
  readonly status: KeptDecision['status'];
  readonly reason: DeadLetterReason;
  readonly decided_at: Date;
  /** Null where nothing was corrected by then. */
  readonly record_headers: StoredHeaders | null;
}

/**
 * What was decided last about records of one partition that were parked when they came, by offset: then, or when they were
 * driven through the pipeline again, with what had been put in their place by that time. One that was not parked is absent.
 */
export async function readKeptDecisions(
  queries: Queries,
  ingestPartition: number,
  offsets: readonly number[],
): Promise<Map<number, KeptDecision>> {
  const rows = await queries.query<DecisionRow>({
    name: 'read_kept_decisions',
    text: `
      SELECT record_offset, CASE WHEN status = 'discarded' THEN 'parked' ELSE status END AS status, dead_letter.reason,
             coalesce(decided.taken_at, parked_at) AS decided_at,
             corrected.record_key, corrected.record_value, corrected.record_headers
        FROM dead_letter
        LEFT JOIN LATERAL (
               SELECT step_key, taken_at
                 FROM dead_letter_step
                WHERE dead_letter_key = dead_letter.dead_letter_key AND kind IN ('applied', 'duplicate', 'parked')
                ORDER BY step_key DESC
                LIMIT 1) AS decided ON true
        LEFT JOIN LATERAL (
               SELECT record_key, record_value, record_headers
                 FROM dead_letter_step
                WHERE dead_letter_key = dead_letter.dead_letter_key AND kind = 'fixed' AND step_key < decided.step_key
                ORDER BY step_key DESC
                LIMIT 1) AS corrected ON true
       WHERE partition_key = $1 AND record_offset = ANY ($2::int8[])`,
    values: [ingestPartition, int8Array(offsets)],
  });
  return new Map(rows.map((row) => [Number(row.record_offset), mapDecision(row)]));
}

function mapDecision(row: DecisionRow): KeptDecision {
  const { status, reason, decided_at: decidedAt, record_headers: headers } = row;
  const correction = headers === null ? null : rawRecordOf({ ...row, record_headers: headers });
  return { status, reason, decidedAt: instantOfMilliseconds(decidedAt.getTime()), correction };
}
