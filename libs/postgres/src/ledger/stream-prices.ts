import type { PublishedPrices, StoredContent } from '@floopy/application';
import { organizationIdOf, rateCardInContent, rateOverrideInContent } from '@floopy/domain';
import type { SnapshotReader } from './stream-connection';
import type { StreamedRow } from './stream-columns';
import { readInstant } from './stream-row';

const BATCH_SIZE = 100;

/** Every published card and override with the time of its publication, and their texts with the hashes kept of them. */
export async function readPublishedPrices(reader: SnapshotReader): Promise<PublishedPrices> {
  const cards = await readAll(
    reader,
    'SELECT version, content, content_hash, published_at FROM rate_card ORDER BY version',
  );
  const overrides = await readAll(
    reader,
    `SELECT version, content, content_hash, published_at, organization_id
       FROM rate_override
       JOIN organization USING (organization_key)
      ORDER BY organization_key, version`,
  );
  return {
    // A text that is no content any more is left out here: its hash names it, and so does every charge that it decided.
    cards: cards.flatMap((row) => {
      const draft = rateCardInContent(textAt(row, 1));
      return draft === null ? [] : [{ ...draft, ...publicationOf(row), contentHash: textAt(row, 2) }];
    }),
    overrides: overrides.flatMap((row) => {
      const draft = rateOverrideInContent(textAt(row, 1));
      return draft === null ? [] : [{ ...draft, ...publicationOf(row) }];
    }),
    contents: [
      ...cards.map((row) => contentOf('rate_card', row, null)),
      ...overrides.map((row) => contentOf('rate_override', row, organizationIdOf(textAt(row, 4)))),
    ],
  };
}

async function readAll(reader: SnapshotReader, text: string): Promise<StreamedRow[]> {
  const all: StreamedRow[] = [];
  for await (const rows of reader.stream({ cursor: 'prices', text, batchSize: BATCH_SIZE })) all.push(...rows);
  return all;
}

function publicationOf(row: StreamedRow) {
  return { version: Number(textAt(row, 0)), publishedAt: readInstant(textAt(row, 3)) };
}

function contentOf(
  kind: StoredContent['kind'],
  row: StreamedRow,
  organizationId: StoredContent['organizationId'],
): StoredContent {
  return { kind, organizationId, ...publicationOf(row), text: textAt(row, 1), contentHash: textAt(row, 2) };
}

function textAt(row: StreamedRow, at: number): string {
  const text = row[at];
  if (text === null || text === undefined) throw new Error(`column ${at} of a published price is missing`);
  return text;
}
