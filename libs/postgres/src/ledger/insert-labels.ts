import { int2Array, int4Array, textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { type Label, type LabelRow, mapLabel } from './label';

/** Interns labels that are known to be absent; the caller holds the lock of each organization's stream. */
export async function insertLabels(queries: Queries, absent: readonly Omit<Label, 'labelKey'>[]): Promise<Label[]> {
  const rows = await queries.query<LabelRow>({
    name: 'insert_labels',
    text: `
      INSERT INTO label (organization_key, kind, value)
      SELECT * FROM unnest($1::int4[], $2::int2[], $3::text[])
      RETURNING organization_key, kind, value, label_key`,
    values: [
      int4Array(absent.map((label) => label.organizationKey)),
      int2Array(absent.map((label) => label.kind)),
      textArray(absent.map((label) => label.value)),
    ],
  });
  return rows.map(mapLabel);
}
