import type { BatchRecord, PassedRecords } from '@floopy/application';
import type { Digest } from '@floopy/domain';
import { int8Array, textArray, uuidArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { digestOfRow } from '../ledger/find-applied-usage';

interface LetterRow {
  readonly record_offset: string;
  readonly dead_letter_key: string;
  readonly status: 'parked' | 'applied' | 'duplicate' | 'discarded';
}

/** What records of one partition have become: those on the ledger, and those that were parked, whatever became of them. */
export async function readPassedRecords(
  queries: Queries,
  ingestPartition: number,
  records: readonly BatchRecord[],
): Promise<PassedRecords> {
  const letters = await queries.query<LetterRow>({
    name: 'read_letters_at',
    text: `
      SELECT record_offset, dead_letter_key, status
        FROM dead_letter
       WHERE partition_key = $1 AND record_offset = ANY ($2::int8[])`,
    values: [ingestPartition, int8Array(records.map(({ offset }) => offset))],
  });
  return {
    applied: await readApplied(queries, records),
    letters: new Map(
      letters.map(({ record_offset, dead_letter_key, status }) => [
        Number(record_offset),
        { letterKey: Number(dead_letter_key), status },
      ]),
    ),
  };
}

async function readApplied(queries: Queries, records: readonly BatchRecord[]): Promise<Map<Digest, Digest>> {
  const wanted = records.flatMap(({ identified }) => (identified.type === 'rejected' ? [] : [identified]));
  const rows = await queries.query<{ identity: string; content: string }>({
    name: 'read_applied_contents',
    text: `
      SELECT ledger_event.identity, ledger_event.content
        FROM unnest($1::text[], $2::uuid[]) AS wanted (organization_id, identity)
        JOIN organization USING (organization_id)
        JOIN ledger_event ON ledger_event.organization_key = organization.organization_key
                         AND ledger_event.identity = wanted.identity`,
    values: [
      textArray(wanted.map(({ event }) => event.organizationId)),
      uuidArray(wanted.map(({ identity }) => identity)),
    ],
  });
  return new Map(rows.map((row) => [digestOfRow(row.identity), digestOfRow(row.content)]));
}
