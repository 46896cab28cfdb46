import type { Queries } from '../connection/queries';
import { LEDGER_COLUMNS, type StoredLedgerEvent, type StoredLedgerRow } from '../ledger/map-ledger-row';
import type { LabelTextMemory } from '../ledger/read-label-texts';
import { type LedgerRange, mapLedgerRows } from '../ledger/read-ledger-events';

/** More attempts than that are no longer one request; the answer stays bounded. */
export const MAX_CHARGES_OF_REQUEST = 1_000;

/** Every charge of one request, in ledger order; empty when the organization has no such request. */
export async function readRequest(
  queries: Queries,
  organization: Pick<LedgerRange, 'organizationKey' | 'organizationId'>,
  requestId: string,
  memory?: LabelTextMemory,
): Promise<StoredLedgerEvent[]> {
  const rows = await queries.query<StoredLedgerRow>({
    name: 'read_request',
    text: `
      SELECT ${LEDGER_COLUMNS}
        FROM ledger_event
       WHERE organization_key = $1
         AND sequence = ANY (ARRAY(SELECT find_request_positions($1, $2, $3)))
         AND request_id = $2
       ORDER BY sequence`,
    values: [organization.organizationKey, requestId, MAX_CHARGES_OF_REQUEST],
  });
  return mapLedgerRows(queries, organization, rows, memory);
}
