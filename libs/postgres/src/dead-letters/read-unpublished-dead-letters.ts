import type { KeptDeadLetter } from '@floopy/application';
import { type DeadLetterReason, type Fault, instantOfMilliseconds } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { rawRecordOf, type StoredRecordRow } from './stored-record';

interface DeadLetterRow extends StoredRecordRow {
  readonly dead_letter_key: string;
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly reason: DeadLetterReason;
  readonly faults: Fault[];
  readonly parked_at: Date;
}

/** Parked records that the topic has not heard of, oldest first. */
export async function readUnpublishedDeadLetters(transaction: Queries, limit: number): Promise<KeptDeadLetter[]> {
  const rows = await transaction.query<DeadLetterRow>({
    name: 'read_unpublished_dead_letters',
    text: `
      SELECT dead_letter_key, topic, partition, record_offset, reason, faults, record_key, record_value,
             record_headers, parked_at
        FROM dead_letter
        JOIN ingest_partition USING (partition_key)
       WHERE published_at IS NULL
       ORDER BY dead_letter_key
       LIMIT $1`,
    values: [limit],
  });
  return rows.map((row) => ({
    deadLetterKey: Number(row.dead_letter_key),
    topic: row.topic,
    partition: row.partition,
    offset: Number(row.record_offset),
    reason: row.reason,
    faults: row.faults,
    raw: rawRecordOf(row),
    parkedAt: instantOfMilliseconds(row.parked_at.getTime()),
  }));
}
