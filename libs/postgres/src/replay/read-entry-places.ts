import type { EntryPlace } from '@floopy/application';
import { instantOfMilliseconds, organizationIdOf } from '@floopy/domain';
import { int2Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

interface PlaceRow {
  readonly organization_key: number;
  readonly organization_id: string;
  readonly sequence: string;
  readonly partition_key: number;
  readonly recorded_at: Date;
}

const ROWS_AT_A_TIME = 5_000;

/**
 * Where every entry lies that was read from one of these partitions, stream by stream, but those that came of dead letters
 * afterwards: when they were recorded says nothing of where their records lie. There is no index to find them by:
 * the ledger is read through, by its primary key and a page at a time.
 */
export async function* readEntryPlaces(
  queries: Queries,
  ingestPartitions: readonly number[],
): AsyncGenerator<readonly EntryPlace[]> {
  let after = { organization_key: 0, sequence: '0' };
  for (;;) {
    const rows = await queries.query<PlaceRow>({
      name: 'read_entry_places',
      text: `
        SELECT organization_key, organization_id, sequence, partition_key, recorded_at
          FROM ledger_event
          JOIN organization USING (organization_key)
         WHERE (organization_key, sequence) > ($2::int4, $3::int8) AND partition_key = ANY ($1::int2[])
           AND NOT EXISTS (SELECT FROM dead_letter_step AS step
                            WHERE step.kind = 'applied' AND step.organization_key = ledger_event.organization_key
                              AND step.sequence = ledger_event.sequence)
         ORDER BY organization_key, sequence
         LIMIT ${ROWS_AT_A_TIME}`,
      values: [int2Array(ingestPartitions), after.organization_key, after.sequence],
    });
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map((row) => ({
      organizationKey: row.organization_key,
      organizationId: organizationIdOf(row.organization_id),
      sequence: Number(row.sequence),
      ingestPartition: row.partition_key,
      recordedAt: instantOfMilliseconds(row.recorded_at.getTime()),
    }));
    after = last;
  }
}
