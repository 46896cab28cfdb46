import type { DeadLetterSelection } from '@floopy/application';
import type { Queries } from '../connection/queries';
import { IS_SELECTED, selectionValues } from './selected-letters';

/** The keys of letters that are still parked, ascending, behind `after`: fewer than `limit` means that none is left. */
export async function selectParkedLetters(
  queries: Queries,
  selection: DeadLetterSelection,
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await queries.query<{ dead_letter_key: string }>({
    text: `
      SELECT dead_letter_key
        FROM dead_letter
        JOIN ingest_partition USING (partition_key)
       WHERE ${IS_SELECTED}
         AND status = 'parked' AND dead_letter_key > $10
       ORDER BY dead_letter_key
       LIMIT $11`,
    values: [...selectionValues(selection), after, limit],
  });
  return rows.map((row) => Number(row.dead_letter_key));
}
