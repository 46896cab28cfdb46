import { correctedSequence, type LedgerEvent } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { causeKindCodes } from '../ledger/ledger-codes';
import { LEDGER_COLUMNS, type StoredLedgerRow } from '../ledger/map-ledger-row';
import type { LabelTextMemory } from '../ledger/read-label-texts';
import { type LedgerRange, mapLedgerRows } from '../ledger/read-ledger-events';

const REVERSAL = causeKindCodes.codeOf('reversal');
const REPRICE = causeKindCodes.codeOf('reprice');

/**
 * What was posted to correct the entries at some positions, by position, in ledger order; an entry that was never corrected is
 * absent. Found by the two indexes that keep an entry from being corrected twice.
 */
export async function readCorrections(
  queries: Queries,
  organization: Pick<LedgerRange, 'organizationKey' | 'organizationId'>,
  sequences: readonly number[],
  memory?: LabelTextMemory,
): Promise<Map<number, LedgerEvent[]>> {
  if (sequences.length === 0) return new Map();
  const rows = await queries.query<StoredLedgerRow>({
    name: 'read_charge_corrections',
    text: `
      SELECT ${LEDGER_COLUMNS}
        FROM ledger_event
       WHERE organization_key = $1 AND cause_id = ANY ($2::text[]) AND cause_kind = ${REVERSAL}
       UNION ALL
      SELECT ${LEDGER_COLUMNS}
        FROM ledger_event
       WHERE organization_key = $1 AND cause_id = ANY ($2::text[]) AND cause_kind = ${REPRICE}
       ORDER BY sequence`,
    values: [organization.organizationKey, sequences.map(String)],
  });
  const corrections = new Map<number, LedgerEvent[]>();
  for (const { event } of await mapLedgerRows(queries, organization, rows, memory)) {
    const sequence = correctedSequence(event) ?? 0;
    const known = corrections.get(sequence);
    if (known === undefined) corrections.set(sequence, [event]);
    else known.push(event);
  }
  return corrections;
}
