import type { Repetition } from '@floopy/application';
import { organizationIdOf } from '@floopy/domain';
import { outcomeCodes, standingCodes } from './ledger-codes';
import type { SnapshotReader } from './stream-connection';

const BATCH_SIZE = 1_000;
const SERVED = [outcomeCodes.codeOf('succeeded'), outcomeCodes.codeOf('client_aborted')].join(', ');
const REPEATED = standingCodes.codeOf('repeated');

/**
 * What stands on a ledger more than once and may not; requests that did not count exactly at their first served attempt,
 * where that was before there were plans; and requests that are said to have counted before, and had not. Grouped by Postgres over all entries, which spills to disk where they are many: memory stays flat.
 */
export async function* streamRepetitions(
  reader: SnapshotReader,
  organizationKey: number | null,
): AsyncGenerator<Repetition> {
  const read = (text: string) =>
    reader.stream({ cursor: 'repetitions', text, values: [organizationKey], batchSize: BATCH_SIZE });
  const identities = `
    SELECT organization_id, position, times
      FROM (SELECT organization_key, max(sequence) AS position, count(*) AS times
              FROM ledger_event
             WHERE identity IS NOT NULL AND ($1::int4 IS NULL OR organization_key = $1)
             GROUP BY organization_key, identity
            HAVING count(*) > 1) AS repeated
      JOIN organization USING (organization_key)
     ORDER BY organization_key, position`;
  for await (const rows of read(identities)) {
    for (const [id, position, times] of rows) {
      const organizationId = organizationIdOf(id ?? '');
      yield { type: 'identity', organizationId, position: Number(position), times: Number(times) };
    }
  }
  const requests = `
    SELECT organization_id, request_id, first_served, first_counted, first_repeated, times_counted
      FROM (SELECT organization_key, request_id,
                   min(sequence) FILTER (WHERE plan_version IS NULL AND outcome IN (${SERVED})) AS first_served,
                   min(sequence) FILTER (WHERE plan_version IS NULL AND counted) AS first_counted_unplanned,
                   min(sequence) FILTER (WHERE counted) AS first_counted,
                   min(sequence) FILTER (WHERE standing = ${REPEATED}) AS first_repeated,
                   count(*) FILTER (WHERE counted) AS times_counted
              FROM ledger_event
             WHERE request_id IS NOT NULL AND ($1::int4 IS NULL OR organization_key = $1)
             GROUP BY organization_key, request_id) AS request
      JOIN organization USING (organization_key)
     WHERE times_counted > 1
        OR first_counted_unplanned IS DISTINCT FROM first_served
        OR (first_repeated IS NOT NULL AND (first_counted IS NULL OR first_counted > first_repeated))
     ORDER BY organization_key, coalesce(first_served, first_counted, first_repeated)`;
  for await (const rows of read(requests)) {
    for (const [id, requestId, firstServed, firstCounted, firstRepeated, timesCounted] of rows) {
      yield {
        type: 'request',
        organizationId: organizationIdOf(id ?? ''),
        requestId: requestId ?? '',
        firstServed: sequenceOf(firstServed),
        firstCounted: sequenceOf(firstCounted),
        firstRepeated: sequenceOf(firstRepeated),
        timesCounted: Number(timesCounted),
      };
    }
  }
}

function sequenceOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}
