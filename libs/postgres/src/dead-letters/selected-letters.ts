import type { DeadLetterSelection } from '@floopy/application';
import { int8Array } from '../connection/binary-array';
import { timestampOf } from '../connection/timestamp';

/**
 * Holds for the letters of a selection, with `dead_letter` and `ingest_partition` joined; its parameters are `$1` to `$9`.
 * Such statements have no name: each is planned for what is asked.
 */
export const IS_SELECTED = `
        ($1::int8[] IS NULL OR dead_letter_key = ANY ($1))
         AND ($2::text IS NULL OR reason = $2)
         AND ($3::text IS NULL OR organization_id = $3)
         AND ($4::text IS NULL OR topic = $4)
         AND ($5::int4 IS NULL OR partition = $5)
         AND ($6::int8 IS NULL OR record_offset >= $6)
         AND ($7::int8 IS NULL OR record_offset < $7)
         AND ($8::timestamptz IS NULL OR parked_at >= $8)
         AND ($9::timestamptz IS NULL OR parked_at < $9)`;

export function selectionValues(selection: DeadLetterSelection): unknown[] {
  const { letterKeys, reason, organizationId, topic, partition, offsets, from, to } = selection;
  return [
    letterKeys === undefined ? null : int8Array(letterKeys),
    reason ?? null,
    organizationId ?? null,
    topic ?? null,
    partition ?? null,
    offsets?.from ?? null,
    offsets?.to ?? null,
    from === undefined ? null : timestampOf(from),
    to === undefined ? null : timestampOf(to),
  ];
}
