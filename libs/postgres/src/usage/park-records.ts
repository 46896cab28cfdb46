import type { BatchRecord } from '@floopy/application';
import type { ParkedRecord } from '@floopy/domain';
import { byteaArray, int2Array, int8Array, textArray, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { storableJson, storableText } from '../connection/storable-text';
import { bufferOf, storedHeaders } from '../dead-letters/stored-record';

export interface ParkedBytes {
  readonly ingestPartition: number;
  readonly parked: ParkedRecord;
  readonly record: BatchRecord;
}

/**
 * Parks records with their original bytes and headers and the reason, in the transaction that passes their offsets. Texts that
 * Postgres cannot keep are only in faulty records, whose bytes are kept beside them.
 */
export async function parkRecords(transaction: Queries, records: readonly ParkedBytes[]): Promise<void> {
  if (records.length === 0) return;
  const raws = records.map(({ record }) => record.raw());
  await transaction.query({
    name: 'park_records',
    text: `
      INSERT INTO dead_letter (partition_key, record_offset, reason, faults, organization_id, source, event_id,
                               record_key, record_value, record_headers, appended_at)
      SELECT partition_key, record_offset, reason, faults::jsonb, organization_id, source, event_id,
             record_key, record_value, record_headers::jsonb, appended_at
        FROM unnest($1::int2[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                    $8::bytea[], $9::bytea[], $10::text[], $11::timestamptz[])
             AS parked (partition_key, record_offset, reason, faults, organization_id, source, event_id,
                        record_key, record_value, record_headers, appended_at)`,
    values: [
      int2Array(records.map(({ ingestPartition }) => ingestPartition)),
      int8Array(records.map(({ parked }) => parked.offset)),
      textArray(records.map(({ parked }) => parked.reason)),
      textArray(records.map(({ parked }) => storableJson(parked.faults))),
      textArray(records.map(({ parked }) => storableText(parked.organizationId))),
      textArray(records.map(({ parked }) => storableText(parked.source))),
      textArray(records.map(({ parked }) => storableText(parked.eventId))),
      byteaArray(raws.map(({ key }) => bufferOf(key))),
      byteaArray(raws.map(({ value }) => bufferOf(value))),
      textArray(raws.map(({ headers }) => storedHeaders(headers))),
      timestamptzArray(records.map(({ record }) => record.appendedAt)),
    ],
  });
}
