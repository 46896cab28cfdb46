import type { LedgerEvent } from '@floopy/domain';
import type { Queries } from '../connection/queries';

/** What lies beside a ledger event and can be erased: null once it was, or when there never was any. */
export interface Attachment {
  readonly userId: string | null;
  /** JSON, as the producer wrote it. */
  readonly metadata: string | null;
}

/** Reads what lies beside events of one organization, by their sequence. */
export async function readAttachments(
  queries: Queries,
  organizationKey: number,
  events: readonly Pick<LedgerEvent, 'sequence' | 'usage'>[],
): Promise<ReadonlyMap<number, Attachment>> {
  const rows = await queries.query<{ sequence: string; user_id: string | null; metadata: string | null }>({
    name: 'read_attachments',
    text: `
      SELECT wanted.sequence, label.value AS user_id, usage_metadata.metadata
        FROM unnest($2::int8[], $3::int4[]) AS wanted (sequence, user_key)
        LEFT JOIN usage_metadata
          ON usage_metadata.organization_key = $1 AND usage_metadata.sequence = wanted.sequence
        LEFT JOIN label
          ON label.organization_key = $1 AND label.label_key = wanted.user_key AND label.kind = 2`,
    values: [
      organizationKey,
      events.map((event) => event.sequence),
      events.map((event) => event.usage?.userReference ?? null),
    ],
  });
  return new Map(rows.map((row) => [Number(row.sequence), { userId: row.user_id, metadata: row.metadata }]));
}
