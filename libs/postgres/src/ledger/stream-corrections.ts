import type { StoredCorrections } from '@floopy/application';
import { type LedgerEvent, type OrganizationId, organizationIdOf } from '@floopy/domain';
import { causeKindCodes } from './ledger-codes';
import { AT, STREAMED_COLUMNS, type StreamedRow } from './stream-columns';
import type { SnapshotReader } from './stream-connection';
import { mapStreamedRow } from './stream-row';
import type { Names } from './stream-values';

const BATCH_SIZE = 500;
const CORRECTIONS = [causeKindCodes.codeOf('reversal'), causeKindCodes.codeOf('reprice')].join(', ');
/** Behind the columns of a row: whose it is, and the position that was corrected. */
const AT_ORGANIZATION = STREAMED_COLUMNS.length;
const AT_CORRECTED = AT_ORGANIZATION + 1;

/**
 * Every entry that was corrected with its corrections, by organization and position. They are few among many, so that each
 * is brought together by the primary key. One that cannot be read was told with the entries, and is left out here.
 */
export async function* streamCorrections(
  reader: SnapshotReader,
  organizationKey: number | null,
): AsyncGenerator<StoredCorrections> {
  let names = null as { readonly organizationKey: string; readonly names: Names } | null;
  let current = null as Gathered | null;
  for await (const row of streamRows(reader, organizationKey)) {
    const key = row[AT.organization_key] ?? '';
    if (names?.organizationKey !== key) names = { organizationKey: key, names: await readNames(reader, key) };
    const organizationId = organizationIdOf(row[AT_ORGANIZATION] ?? '');
    const sequence = Number(row[AT_CORRECTED]);
    if (current !== null && !isOf(current, organizationId, sequence)) {
      yield current;
      current = null;
    }
    current ??= { organizationId, sequence, entry: null, corrections: [] };
    const stored = mapStreamedRow(row, { organizationId, names: names.names });
    if (stored.type === 'entry') gather(current, stored.event);
  }
  if (current !== null) yield current;
}

function isOf(gathered: Gathered, organizationId: OrganizationId, sequence: number): boolean {
  return gathered.organizationId === organizationId && gathered.sequence === sequence;
}

interface Gathered {
  readonly organizationId: OrganizationId;
  readonly sequence: number;
  entry: LedgerEvent | null;
  readonly corrections: LedgerEvent[];
}

function gather(gathered: Gathered, event: LedgerEvent): void {
  if (event.sequence === gathered.sequence) gathered.entry = event;
  else gathered.corrections.push(event);
}

async function* streamRows(reader: SnapshotReader, organizationKey: number | null): AsyncGenerator<StreamedRow> {
  const columns = STREAMED_COLUMNS.map((column) => `event.${column}`).join(', ');
  const text = `
    WITH correction AS (
      SELECT organization_key, sequence,
             CASE WHEN cause_id ~ '^[1-9][0-9]{0,14}$' THEN cause_id::int8 END AS corrected
        FROM ledger_event
       WHERE cause_kind IN (${CORRECTIONS}) AND ($1::int4 IS NULL OR organization_key = $1)
         AND cause_id ~ '^[1-9][0-9]{0,14}$'),
    involved AS (
      SELECT organization_key, sequence, corrected FROM correction
       UNION
      SELECT organization_key, corrected, corrected FROM correction)
    SELECT ${columns}, organization_id, corrected
      FROM involved
      JOIN ledger_event AS event USING (organization_key, sequence)
      JOIN organization USING (organization_key)
     ORDER BY organization_key, corrected, sequence`;
  const batches = reader.stream({ cursor: 'corrections', text, values: [organizationKey], batchSize: BATCH_SIZE });
  for await (const rows of batches) yield* rows;
}

async function readNames(reader: SnapshotReader, organizationKey: string): Promise<Names> {
  const text = 'SELECT label_key, value FROM label WHERE organization_key = $1 AND kind = 1';
  const names = new Map<string, string>();
  const values = [organizationKey];
  for await (const rows of reader.stream({ cursor: 'names', text, values, batchSize: BATCH_SIZE })) {
    for (const [key, value] of rows) names.set(key ?? '', value ?? '');
  }
  return names;
}
