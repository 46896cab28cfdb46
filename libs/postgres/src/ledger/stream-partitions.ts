import type { RecordedPartition } from '@floopy/application';
import type { SnapshotReader } from './stream-connection';

const BATCH_SIZE = 1_000;

/** Every partition of every incarnation of a topic, with what its row says and its dead letters counted. */
export async function readRecordedPartitions(reader: SnapshotReader): Promise<RecordedPartition[]> {
  const text = `
    SELECT partition_key, topic, incarnation, partition, first_offset, next_offset,
           applied, duplicates, parked, skipped, letters.unapplied, letters.duplicate
      FROM ingest_partition
     CROSS JOIN LATERAL (
             SELECT count(*) FILTER (WHERE status IN ('parked', 'discarded')) AS unapplied,
                    count(*) FILTER (WHERE status = 'duplicate') AS duplicate
               FROM dead_letter
              WHERE dead_letter.partition_key = ingest_partition.partition_key) AS letters
     ORDER BY partition_key`;
  const partitions: RecordedPartition[] = [];
  for await (const rows of reader.stream({ cursor: 'partitions', text, batchSize: BATCH_SIZE })) {
    for (const row of rows) {
      const numberAt = (index: number): number => Number(row[index]);
      const incarnation = numberAt(2) === 1 ? '' : ` (incarnation ${numberAt(2)})`;
      partitions.push({
        ingestPartition: numberAt(0),
        name: `${row[1]}[${numberAt(3)}]${incarnation}`,
        firstOffset: numberAt(4),
        nextOffset: numberAt(5),
        applied: numberAt(6),
        duplicates: numberAt(7),
        parked: numberAt(8),
        skipped: numberAt(9),
        deadLetters: numberAt(10),
        lateDuplicates: numberAt(11),
      });
    }
  }
  return partitions;
}
