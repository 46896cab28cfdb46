import type { RawRecord } from '@floopy/application';
import {
  type Fault,
  identityDigest,
  type Instant,
  instantOfMilliseconds,
  isIdentifier,
  organizationIdOf,
  type Sha256,
} from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { findPositionOfUsage } from '../ledger/find-position-of-usage';
import { findOrganizationKey } from '../organization/find-organization-key';
import { LISTED_COLUMNS, type ListedDeadLetter, type ListedRow, mapListedRow } from './list-dead-letters';
import { rawRecordOf, type StoredHeaders, type StoredRecordRow } from './stored-record';

/** One thing that happened to a dead letter. */
export interface DeadLetterHistory {
  readonly kind: 'fixed' | 'discarded' | 'applied' | 'duplicate' | 'parked';
  readonly at: Instant;
  readonly by: string;
  /** Under which it is found in the audit. */
  readonly actNumber: number | null;
  /** Of `fixed`: what is taken in the place of what arrived. */
  readonly correction: { readonly raw: RawRecord; readonly isReissued: boolean } | null;
  /** Of `applied`: the entry that it became. */
  readonly entry: { readonly organizationId: string; readonly position: number } | null;
  /** Of `parked` and `discarded`. */
  readonly reason: string | null;
  readonly faults: readonly Fault[] | null;
}

export interface ShownDeadLetter extends ListedDeadLetter {
  readonly raw: RawRecord;
  /** Where the event of its identity stands on its organization's ledger: of a conflict, the one that has taken it. */
  readonly identityPosition: number | null;
  /** Oldest first. */
  readonly history: readonly DeadLetterHistory[];
}

/** A dead letter with its bytes and all that happened to it; null when there is none. */
export async function readDeadLetter(
  queries: Queries,
  letterKey: number,
  sha256: Sha256,
): Promise<ShownDeadLetter | null> {
  const rows = await queries.query<ListedRow & StoredRecordRow>({
    name: 'read_dead_letter',
    text: `
      SELECT ${LISTED_COLUMNS}, record_key, record_value, record_headers
        FROM dead_letter
        JOIN ingest_partition USING (partition_key)
       WHERE dead_letter_key = $1`,
    values: [letterKey],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const listed = mapListedRow(row);
  return {
    ...listed,
    raw: rawRecordOf(row),
    identityPosition: await findIdentity(queries, listed, sha256),
    history: await readHistory(queries, letterKey),
  };
}

/** Null when it was never applied, and where the record names no event. */
async function findIdentity(
  queries: Queries,
  { organizationId, source, eventId }: ListedDeadLetter,
  sha256: Sha256,
): Promise<number | null> {
  if (organizationId === null || source === null || eventId === null || !isIdentifier(organizationId)) return null;
  const owner = organizationIdOf(organizationId);
  const organizationKey = await findOrganizationKey(queries, owner);
  if (organizationKey === null) return null;
  const identity = identityDigest({ organizationId: owner, source, id: eventId }, sha256);
  return findPositionOfUsage(queries, organizationKey, identity);
}

interface StepRow {
  readonly kind: DeadLetterHistory['kind'];
  readonly taken_at: Date;
  readonly taken_by: string;
  readonly act_number: string | null;
  readonly record_key: Buffer | null;
  readonly record_value: Buffer | null;
  readonly record_headers: StoredHeaders | null;
  readonly reissued: boolean | null;
  readonly organization_id: string | null;
  readonly sequence: string | null;
  readonly reason: string | null;
  readonly faults: readonly Fault[] | null;
}

async function readHistory(queries: Queries, letterKey: number): Promise<DeadLetterHistory[]> {
  const rows = await queries.query<StepRow>({
    name: 'read_dead_letter_history',
    text: `
      SELECT kind, taken_at, taken_by, act_number, record_key, record_value, record_headers, reissued, organization_id,
             sequence, reason, faults
        FROM dead_letter_step
        LEFT JOIN organization USING (organization_key)
       WHERE dead_letter_key = $1
       ORDER BY step_key`,
    values: [letterKey],
  });
  return rows.map(mapStep);
}

function mapStep(row: StepRow): DeadLetterHistory {
  const { kind, record_headers: headers, organization_id: organizationId, sequence, reason, faults } = row;
  return {
    kind,
    at: instantOfMilliseconds(row.taken_at.getTime()),
    by: row.taken_by,
    actNumber: row.act_number === null ? null : Number(row.act_number),
    correction:
      headers === null
        ? null
        : { raw: rawRecordOf({ ...row, record_headers: headers }), isReissued: row.reissued === true },
    entry: organizationId === null || sequence === null ? null : { organizationId, position: Number(sequence) },
    reason,
    faults,
  };
}
