import { int4Array, int8Array, textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

export interface MetadataRow {
  readonly organizationKey: number;
  readonly sequence: number;
  /** Null when nothing was attached. */
  readonly json: string | null;
}

/** Keeps what producers attached to their events beside the ledger, where it can be erased. */
export async function saveMetadata(transaction: Queries, events: readonly MetadataRow[]): Promise<void> {
  const rows = events.filter((event) => event.json !== null);
  if (rows.length === 0) return;
  await transaction.query({
    name: 'save_metadata',
    text: `
      INSERT INTO usage_metadata (organization_key, sequence, metadata)
      SELECT organization_key, sequence, metadata
        FROM unnest($1::int4[], $2::int8[], $3::text[]) AS attached (organization_key, sequence, metadata)`,
    values: [
      int4Array(rows.map((row) => row.organizationKey)),
      int8Array(rows.map((row) => row.sequence)),
      textArray(rows.map((row) => row.json)),
    ],
  });
}
