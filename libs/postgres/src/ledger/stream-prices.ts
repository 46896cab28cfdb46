import type { StoredContent } from '@floopy/application';
import { type OrganizationId, organizationIdOf } from '@floopy/domain';
import type { StreamedRow } from './stream-columns';
import type { SnapshotReader } from './stream-connection';
import { readInstant } from './stream-values';

const BATCH_SIZE = 100;

/** Every published card and override: its text, the hash that was kept of it, and when it was published. */
export async function readPublishedContents(reader: SnapshotReader): Promise<StoredContent[]> {
  const cards = await readAll(
    reader,
    `SELECT version, content, content_hash, date_trunc('milliseconds', published_at)
       FROM rate_card
      ORDER BY version`,
  );
  const overrides = await readAll(
    reader,
    `SELECT version, content, content_hash, date_trunc('milliseconds', published_at), organization_id
       FROM rate_override
       JOIN organization USING (organization_key)
      ORDER BY organization_key, version`,
  );
  return [
    ...cards.map((row) => contentOf('rate_card', row, null)),
    ...overrides.map((row) => contentOf('rate_override', row, organizationIdOf(textAt(row, 4)))),
  ];
}

async function readAll(reader: SnapshotReader, text: string): Promise<StreamedRow[]> {
  const all: StreamedRow[] = [];
  for await (const rows of reader.stream({ cursor: 'prices', text, batchSize: BATCH_SIZE })) all.push(...rows);
  return all;
}

function contentOf(
  kind: StoredContent['kind'],
  row: StreamedRow,
  organizationId: OrganizationId | null,
): StoredContent {
  return {
    kind,
    organizationId,
    version: Number(textAt(row, 0)),
    publishedAt: readInstant(textAt(row, 3)),
    text: textAt(row, 1),
    contentHash: textAt(row, 2),
  };
}

function textAt(row: StreamedRow, at: number): string {
  const text = row[at];
  if (text === null || text === undefined) throw new Error(`column ${at} of a published price is missing`);
  return text;
}
