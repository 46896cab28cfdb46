import type { KeptDecision } from '@floopy/application';
import { type DeadLetterReason, instantOfMilliseconds } from '@floopy/domain';
import { int8Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

interface DecisionRow {
  readonly record_offset: string;
  readonly reason: DeadLetterReason;
  readonly parked_at: Date;
}

/** Why and when records of one partition were parked, by offset; one that was not is absent. */
export async function readKeptDecisions(
  queries: Queries,
  ingestPartition: number,
  offsets: readonly number[],
): Promise<Map<number, KeptDecision>> {
  const rows = await queries.query<DecisionRow>({
    name: 'read_kept_decisions',
    text: `
      SELECT record_offset, reason, parked_at
        FROM dead_letter
       WHERE partition_key = $1 AND record_offset = ANY ($2::int8[])`,
    values: [ingestPartition, int8Array(offsets)],
  });
  return new Map(
    rows.map(({ record_offset, reason, parked_at }) => [
      Number(record_offset),
      { reason, parkedAt: instantOfMilliseconds(parked_at.getTime()) },
    ]),
  );
}
