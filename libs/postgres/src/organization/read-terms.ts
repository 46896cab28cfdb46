import { instantOfMilliseconds, NO_TERMS, projectTerms, type RecordedChange, type Terms } from '@floopy/domain';
import { int4Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { readChangeContent } from './change-content';
import { changeKindCodes } from './terms-codes';

interface ChangeRow {
  readonly organization_key: number;
  readonly change_number: number;
  readonly kind: number;
  readonly position: string;
  readonly recorded_at: Date;
  readonly effective_at: Date;
  readonly changed_by: string;
  readonly content: string;
}

/** What an organization agreed to, and what it set: all its changes, folded. */
export async function readTerms(queries: Queries, organizationKey: number): Promise<Terms> {
  return (await readChanges(queries, organizationKey)).reduce(projectTerms, NO_TERMS);
}

/** Every change of an organization's terms, in the order of their numbers. */
export async function readChanges(queries: Queries, organizationKey: number): Promise<RecordedChange[]> {
  return (await readChangesOf(queries, [organizationKey])).get(organizationKey) ?? [];
}

/** Every change of the terms of several organizations, by their keys; one that never changed any is absent. */
export async function readChangesOf(
  queries: Queries,
  organizationKeys: readonly number[],
): Promise<Map<number, RecordedChange[]>> {
  const rows = await queries.query<ChangeRow>({
    name: 'read_changes',
    text: `
      SELECT organization_key, change_number, kind, position, recorded_at, effective_at, changed_by, content
        FROM organization_change
       WHERE organization_key = ANY ($1::int4[])
       ORDER BY organization_key, change_number`,
    values: [int4Array(organizationKeys)],
  });
  const changes = new Map<number, RecordedChange[]>();
  for (const row of rows) {
    const known = changes.get(row.organization_key) ?? [];
    changes.set(row.organization_key, known);
    known.push(mapChange(row));
  }
  return changes;
}

function mapChange(row: ChangeRow): RecordedChange {
  return {
    number: row.change_number,
    position: Number(row.position),
    recordedAt: instantOfMilliseconds(row.recorded_at.getTime()),
    effectiveAt: instantOfMilliseconds(row.effective_at.getTime()),
    changedBy: row.changed_by,
    change: readChangeContent(changeKindCodes.wordOf(row.kind), row.content),
  };
}
