import type { UnsoundLetter } from '@floopy/application';
import type { SnapshotReader } from '../ledger/stream-connection';

const BATCH_SIZE = 1_000;

/**
 * Dead letters of which something is said to have become that their history does not show, or that were applied without
 * being an entry of their partition.
 */
export async function* streamUnsoundLetters(reader: SnapshotReader): AsyncGenerator<UnsoundLetter> {
  const text = `
    SELECT dead_letter_key, topic, partition, record_offset, status, shown
      FROM (SELECT dead_letter.dead_letter_key, dead_letter.partition_key, record_offset, status,
                   coalesce(resolution.kind, 'parked')
                     || CASE WHEN resolution.kind = 'applied' AND entry.sequence IS NULL THEN ', and no such entry'
                             ELSE '' END AS shown
              FROM dead_letter
              LEFT JOIN dead_letter_step AS resolution
                ON resolution.dead_letter_key = dead_letter.dead_letter_key
               AND resolution.kind IN ('applied', 'duplicate', 'discarded')
              LEFT JOIN ledger_event AS entry
                ON entry.organization_key = resolution.organization_key AND entry.sequence = resolution.sequence
               AND entry.partition_key = dead_letter.partition_key) AS letter
      JOIN ingest_partition USING (partition_key)
     WHERE status <> shown
     ORDER BY dead_letter_key`;
  for await (const rows of reader.stream({ cursor: 'letters', text, batchSize: BATCH_SIZE })) {
    for (const [key, topic, partition, offset, status, shown] of rows) {
      const place = `${topic}[${partition}] offset ${offset}`;
      yield { letterKey: Number(key), place, status: status ?? '', shown: shown ?? '' };
    }
  }
}
