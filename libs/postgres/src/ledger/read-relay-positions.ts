import type { EntryNow, RelayedPlace } from '@floopy/application';
import { instantOfMilliseconds, type LedgerHash, organizationIdOf } from '@floopy/domain';
import { int8Array, textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** Up to where each stream was handed on to Kafka; one of which nothing was is absent. */
export async function readRelayPositions(queries: Queries): Promise<RelayedPlace[]> {
  const rows = await queries.query<{ organization_id: string; sequence: string }>({
    name: 'read_relay_positions',
    text: `
      SELECT organization_id, sequence
        FROM relay_checkpoint
        JOIN organization USING (organization_key)
       ORDER BY organization_key`,
  });
  return rows.map((row) => ({ organizationId: organizationIdOf(row.organization_id), sequence: Number(row.sequence) }));
}

/** The entries at some places as they stand now, in the order of the places; null where there is none. */
export async function readEntriesNow(queries: Queries, places: readonly RelayedPlace[]): Promise<EntryNow[]> {
  if (places.length === 0) return [];
  const rows = await queries.query<{ hash: Buffer | null; recorded_at: Date | null }>({
    name: 'read_entries_now',
    text: `
      SELECT event.hash, event.recorded_at
        FROM unnest($1::text[], $2::int8[]) WITH ORDINALITY AS wanted (organization_id, sequence, place)
        LEFT JOIN organization USING (organization_id)
        LEFT JOIN ledger_event AS event
          ON event.organization_key = organization.organization_key AND event.sequence = wanted.sequence
       ORDER BY wanted.place`,
    values: [
      textArray(places.map(({ organizationId }) => organizationId)),
      int8Array(places.map(({ sequence }) => sequence)),
    ],
  });
  return rows.map(({ hash, recorded_at: recordedAt }) =>
    hash === null || recordedAt === null
      ? null
      : { hash: hash.toString('hex') as LedgerHash, recordedAt: instantOfMilliseconds(recordedAt.getTime()) },
  );
}
