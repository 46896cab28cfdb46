import type { EntryOfRecord } from '@floopy/application';
import type { Digest, IdentifiedUsage, OrganizationId } from '@floopy/domain';
import { int4Array, uuidArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { digestOfRow } from '../ledger/find-applied-usage';
import { labelKeysOf, LEDGER_COLUMNS, mapLedgerRow, type StoredLedgerRow } from '../ledger/map-ledger-row';
import { LABEL_KIND } from '../ledger/label';
import { type LabelTextMemory, readLabelTexts } from '../ledger/read-label-texts';

export interface WantedEntry {
  readonly organizationKey: number;
  readonly organizationId: OrganizationId;
  readonly usage: Pick<IdentifiedUsage, 'identity'>;
}

interface EntryRow extends StoredLedgerRow {
  readonly organization_key: number;
  readonly user_value: string | null;
}

/** The whole entries of events, by identity; an event that was never applied is absent. */
export async function readEntriesOfRecords(
  queries: Queries,
  wanted: readonly WantedEntry[],
  memory: LabelTextMemory,
): Promise<Map<Digest, EntryOfRecord>> {
  if (wanted.length === 0) return new Map();
  const rows = await queries.query<EntryRow>({
    name: 'read_entries_of_records',
    text: `
      SELECT organization_key, ${LEDGER_COLUMNS},
             (SELECT value FROM label
               WHERE label.organization_key = ledger_event.organization_key AND label_key = user_key
                 AND kind = ${LABEL_KIND.user}) AS user_value
        FROM unnest($1::int4[], $2::uuid[]) AS wanted (organization_key, identity)
        JOIN ledger_event USING (organization_key, identity)`,
    values: [
      int4Array(wanted.map(({ organizationKey }) => organizationKey)),
      uuidArray(wanted.map(({ usage }) => usage.identity)),
    ],
  });
  const entries = new Map<Digest, EntryOfRecord>();
  const organizations = new Map(wanted.map(({ organizationKey, organizationId }) => [organizationKey, organizationId]));
  for (const [organizationKey, own] of byOrganization(rows)) {
    const organizationId = organizations.get(organizationKey);
    if (organizationId === undefined) continue;
    const labelText = await readLabelTexts(queries, organizationKey, labelKeysOf(own), memory);
    for (const row of own) {
      if (row.identity === null) continue;
      const map = () => mapLedgerRow(row, organizationId, labelText);
      entries.set(digestOfRow(row.identity), entryOf(row, map));
    }
  }
  return entries;
}

function byOrganization(rows: readonly EntryRow[]): Map<number, EntryRow[]> {
  const groups = new Map<number, EntryRow[]>();
  for (const row of rows) {
    const group = groups.get(row.organization_key);
    if (group === undefined) groups.set(row.organization_key, [row]);
    else group.push(row);
  }
  return groups;
}

function entryOf(row: EntryRow, map: () => ReturnType<typeof mapLedgerRow>): EntryOfRecord {
  try {
    return { type: 'entry', ...map(), userId: row.user_value };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { type: 'unreadable', sequence: Number(row.sequence), detail, trail: null };
  }
}
