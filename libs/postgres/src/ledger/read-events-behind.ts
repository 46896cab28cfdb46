import { int4Array, int8Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { LEDGER_COLUMNS, type StoredLedgerRow } from './map-ledger-row';

export type RelayedRow = StoredLedgerRow & { readonly organization_key: number };

/**
 * The next events of several streams, at most `limit` of each, in order; a stream has no gap. Each begins with the last one that was handed
 * on, whose hash the next is chained to.
 */
export async function readEventsBehind(
  queries: Queries,
  streams: readonly { readonly organizationKey: number; readonly relayed: number }[],
  limit: number,
): Promise<RelayedRow[]> {
  return queries.query<RelayedRow>({
    name: 'read_events_behind',
    text: `
      SELECT behind.organization_key, event.*
        FROM unnest($1::int4[], $2::int8[]) AS behind (organization_key, relayed)
       CROSS JOIN LATERAL (
               SELECT ${LEDGER_COLUMNS}
                 FROM ledger_event
                WHERE ledger_event.organization_key = behind.organization_key
                  AND sequence BETWEEN behind.relayed AND behind.relayed + $3
             ) AS event
       ORDER BY behind.organization_key, event.sequence`,
    values: [
      int4Array(streams.map(({ organizationKey }) => organizationKey)),
      int8Array(streams.map(({ relayed }) => relayed)),
      limit,
    ],
  });
}
