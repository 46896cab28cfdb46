import type { RecordedStream, StoredContent } from '@floopy/application';
import { formatAmount, formatInstant, type OrganizationId } from '@floopy/domain';
import { z } from 'zod';

/**
 * An export is JSON lines: this header, one line for each published version of prices, then one ledger message for each
 * entry, oldest first. A line without `sequence` is no entry.
 */
export const EXPORT_FORMAT = 'floopy.ledger-export.1';

const digits = z.string().regex(/^[0-9a-f]{64}$/);

export const exportHeaderSchema = z.object({
  export: z.literal(EXPORT_FORMAT),
  organization_id: z.string(),
  exported_at: z.string(),
  /** Where the stream ended when it was exported: an export that was cut short shows. */
  head: z.object({ sequence: z.int(), balance: z.string(), hash: digits, recorded_at: z.string() }),
});

const publicationSchema = z.object({
  version: z.int(),
  published_at: z.string(),
  content_hash: digits,
  /** The canonical text that the hash was made of. */
  content: z.string(),
});

export const exportedPricesSchema = z.union([
  z.object({ rate_card: publicationSchema }),
  z.object({ rate_override: publicationSchema }),
]);

export type ExportHeader = z.output<typeof exportHeaderSchema>;

/** The header of an export. @throws when the stream has no head, which verification tells in full. */
export function encodeExportHeader({ organizationId, head }: RecordedStream, exportedAt: string): string {
  if (head === null) throw new Error(`${organizationId} has no readable end of its stream: run "verify"`);
  const header: ExportHeader = {
    export: EXPORT_FORMAT,
    organization_id: organizationId,
    exported_at: exportedAt,
    head: {
      sequence: head.sequence,
      balance: formatAmount(head.balance),
      hash: head.hash,
      recorded_at: formatInstant(head.recordedAt),
    },
  };
  return JSON.stringify(header);
}

/** Every card, and the organization's own prices: which of them decided a charge follows from when they were published. */
export function encodeExportedPrices(contents: readonly StoredContent[], organizationId: OrganizationId): string[] {
  return contents
    .filter((content) => content.organizationId === null || content.organizationId === organizationId)
    .map(({ kind, version, publishedAt, contentHash, text }) => {
      const publication = {
        version,
        published_at: formatInstant(publishedAt),
        content_hash: contentHash,
        content: text,
      };
      return JSON.stringify({ [kind]: publication });
    });
}
