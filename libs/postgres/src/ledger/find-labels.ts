import { int2Array, int4Array, textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { type Label, type LabelRow, mapLabel } from './label';

/** Finds those of the wanted labels that are interned already. */
export async function findLabels(queries: Queries, wanted: readonly Omit<Label, 'labelKey'>[]): Promise<Label[]> {
  const rows = await queries.query<LabelRow>({
    name: 'find_labels',
    text: `
      SELECT label.organization_key, label.kind, label.value, label.label_key
        FROM unnest($1::int4[], $2::int2[], $3::text[]) AS wanted (organization_key, kind, value)
        JOIN label USING (organization_key, kind, value)`,
    values: [
      int4Array(wanted.map((label) => label.organizationKey)),
      int2Array(wanted.map((label) => label.kind)),
      textArray(wanted.map((label) => label.value)),
    ],
  });
  return rows.map(mapLabel);
}
