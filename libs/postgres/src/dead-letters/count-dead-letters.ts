import type { LockedLetter } from '@floopy/application';
import type { DeadLetterReason } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import type { DeadLetterFilter } from './list-dead-letters';
import { IS_SELECTED, selectionValues } from './selected-letters';

export interface DeadLetterCount {
  readonly reason: DeadLetterReason;
  readonly status: LockedLetter['status'];
  readonly letters: number;
}

/** How many dead letters there are, by reason and by what became of them; the most frequent first. */
export async function countDeadLetters(queries: Queries, filter: DeadLetterFilter): Promise<DeadLetterCount[]> {
  const rows = await queries.query<{ reason: DeadLetterReason; status: LockedLetter['status']; letters: string }>({
    text: `
      SELECT reason, status, count(*) AS letters
        FROM dead_letter
        JOIN ingest_partition USING (partition_key)
       WHERE ${IS_SELECTED}
         AND ($10::text IS NULL OR status = $10)
       GROUP BY reason, status
       ORDER BY letters DESC, reason, status`,
    values: [...selectionValues(filter), filter.status ?? null],
  });
  return rows.map(({ reason, status, letters }) => ({ reason, status, letters: Number(letters) }));
}
