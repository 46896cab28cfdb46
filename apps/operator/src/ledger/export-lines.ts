import type { RecordedStream, StoredContent, StoredPlan } from '@floopy/application';
import { formatAmount, formatInstant, type OrganizationId, type RecordedChange } from '@floopy/domain';
import { z } from 'zod';

/**
 * An export is JSON lines: this header, one line for each published version of prices and of plans and for each change of
 * terms that decides about requests, then one ledger message for each entry, oldest first. A line without `sequence` is no
 * entry.
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

export const exportedPlanSchema = z.object({ plan: publicationSchema.extend({ effective_at: z.string() }) });

export const exportedChangeSchema = z.object({
  change: z.object({
    number: z.int(),
    /** Where the ledger stood: the entry here and those before it were posted without this change. */
    position: z.int(),
    recorded_at: z.string(),
    effective_at: z.string(),
    changed_by: z.string(),
    terms: z.discriminatedUnion('type', [
      z.object({ type: z.literal('plan'), plan: z.string() }),
      z.object({ type: z.literal('overage'), enabled: z.boolean() }),
      z.object({ type: z.literal('billing_anchor'), day: z.int(), hour: z.int() }),
    ]),
  }),
});

export type ExportedPlan = z.output<typeof exportedPlanSchema>['plan'];
export type ExportedChange = z.output<typeof exportedChangeSchema>['change'];

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

/** Every version of every plan: an organization may have been on any of them. */
export function encodeExportedPlans(plans: readonly StoredPlan[]): string[] {
  return plans.map(({ version, effectiveAt, publishedAt, contentHash, text }) => {
    const plan: ExportedPlan = {
      version,
      effective_at: formatInstant(effectiveAt),
      published_at: formatInstant(publishedAt),
      content_hash: contentHash,
      content: text,
    };
    return JSON.stringify({ plan });
  });
}

/** Those changes that decide about requests: who its people are, and what its teams may spend, stays with the organization. */
export function encodeExportedChanges(changes: readonly RecordedChange[]): string[] {
  return changes.flatMap((recorded) => {
    const terms = termsOf(recorded);
    if (terms === null) return [];
    const change: ExportedChange = {
      number: recorded.number,
      position: recorded.position,
      recorded_at: formatInstant(recorded.recordedAt),
      effective_at: formatInstant(recorded.effectiveAt),
      changed_by: recorded.changedBy,
      terms,
    };
    return [JSON.stringify({ change })];
  });
}

function termsOf({ change }: RecordedChange): ExportedChange['terms'] | null {
  switch (change.type) {
    case 'plan':
      return { type: 'plan', plan: change.planId };
    case 'overage':
      return { type: 'overage', enabled: change.enabled };
    case 'billing_anchor':
      return { type: 'billing_anchor', day: change.day, hour: change.hour };
    default:
      return null;
  }
}
