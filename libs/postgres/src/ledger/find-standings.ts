import type { EntryStanding, ToldEntry } from '@floopy/application';
import { int8Array, textArray, uuidArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** What has become of entries that the ledger once had, in their order. */
export async function findStandings(queries: Queries, entries: readonly ToldEntry[]): Promise<EntryStanding[]> {
  if (entries.length === 0) return [];
  const rows = await queries.query<{ standing: EntryStanding }>({
    name: 'find_standings',
    text: `
      SELECT CASE WHEN there.hash = decode(told.hash, 'hex') THEN 'kept'
                  WHEN EXISTS (SELECT FROM ledger_event AS again
                                WHERE again.organization_key = organization.organization_key
                                  AND again.identity = told.identity)
                    OR EXISTS (SELECT FROM idempotency_key AS again
                                WHERE again.organization_key = organization.organization_key
                                  AND again.key = told.act)
                  THEN 'returned'
                  ELSE 'missing' END AS standing
        FROM unnest($1::text[], $2::int8[], $3::text[], $4::uuid[], $5::text[]) WITH ORDINALITY
             AS told (organization_id, sequence, hash, identity, act, place)
        LEFT JOIN organization USING (organization_id)
        LEFT JOIN ledger_event AS there
          ON there.organization_key = organization.organization_key AND there.sequence = told.sequence
       ORDER BY told.place`,
    values: [
      textArray(entries.map(({ event }) => event.organizationId)),
      int8Array(entries.map(({ event }) => event.sequence)),
      textArray(entries.map(({ event }) => event.hash)),
      uuidArray(entries.map(({ identity }) => identity)),
      textArray(entries.map(({ event }) => (event.cause.kind === 'operator' ? event.cause.id : null))),
    ],
  });
  return rows.map(({ standing }) => standing);
}
