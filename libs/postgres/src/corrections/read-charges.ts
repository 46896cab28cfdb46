import type { ChargeStretch } from '@floopy/application';
import { type CorrectedCharge, isCharge } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { causeKindCodes } from '../ledger/ledger-codes';
import { LEDGER_COLUMNS, type StoredLedgerRow } from '../ledger/map-ledger-row';
import type { LabelTextMemory } from '../ledger/read-label-texts';
import { type LedgerRange, mapLedgerRows } from '../ledger/read-ledger-events';
import { findNameKey } from '../requests/find-name-key';
import { readCorrections } from './read-corrections';

/** The next charges of an organization that were served in an interval, in that order, each with its corrections. */
export async function readCharges(
  queries: Queries,
  organization: Pick<LedgerRange, 'organizationKey' | 'organizationId'>,
  { selection, through, after, limit }: ChargeStretch,
  memory?: LabelTextMemory,
): Promise<CorrectedCharge[]> {
  const { organizationKey } = organization;
  const model = selection.model === null ? null : await findNameKey(queries, organizationKey, selection.model);
  if (selection.model !== null && model === null) return [];
  const rows = await queries.query<StoredLedgerRow>({
    name: 'read_charges',
    text: `
      SELECT ${LEDGER_COLUMNS}
        FROM ledger_event
       WHERE organization_key = $1
         AND occurred_at >= $2 AND occurred_at < $3
         AND (occurred_at, sequence) > ($2, $4)
         AND sequence <= $5 AND cause_kind = ${causeKindCodes.codeOf('usage_event')}
         AND ($6::int4 IS NULL OR model_key = $6)
       ORDER BY occurred_at, sequence
       LIMIT $7`,
    values: [
      organizationKey,
      timestampOf(after?.occurredAt ?? selection.from),
      timestampOf(selection.until),
      after?.sequence ?? 0,
      through,
      model,
      limit,
    ],
  });
  const events = (await mapLedgerRows(queries, organization, rows, memory)).map(({ event }) => event);
  const sequences = events.map(({ sequence }) => sequence);
  const corrections = await readCorrections(queries, organization, sequences, memory);
  return events.filter(isCharge).map((charge) => ({ charge, corrections: corrections.get(charge.sequence) ?? [] }));
}
