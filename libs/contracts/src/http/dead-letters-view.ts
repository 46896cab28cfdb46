import { DEAD_LETTER_REASONS, type DeadLetterReason, type Fault, formatInstant, type Instant } from '@floopy/domain';
import { z } from 'zod';
import { instantSchema, OBJECT_RULE, oneOf, wholeNumberSchema } from '../wire/wire-schemas';
import { DEAD_LETTER_STATUSES } from './dead-letter-acts-view';
import { cursorSchema } from './ledger-page';

export const faultsSchema = z.array(z.object({ pointer: z.string(), detail: z.string() }));

/** A parked record in a line. */
export const deadLetterLineSchema = z.object(
  {
    id: z.string().regex(/^[1-9]\d*$/),
    topic: z.string(),
    partition: wholeNumberSchema,
    offset: wholeNumberSchema,
    status: oneOf(DEAD_LETTER_STATUSES),
    reason: oneOf(DEAD_LETTER_REASONS),
    faults: faultsSchema,
    /** As far as the record could be read. */
    organization_id: z.string().nullable(),
    source: z.string().nullable(),
    event_id: z.string().nullable(),
    appended_at: instantSchema,
    parked_at: instantSchema,
    /** Null while it is parked. */
    resolved_at: instantSchema.nullable(),
  },
  { error: OBJECT_RULE },
);

/** `GET /v1/dead-letters`: the last that was parked first. */
export const deadLettersViewSchema = z.object(
  {
    dead_letters: z.array(deadLetterLineSchema),
    /** Of all that the filter holds for, not of this page. */
    counts: z.array(
      z.object({
        reason: oneOf(DEAD_LETTER_REASONS),
        status: oneOf(DEAD_LETTER_STATUSES),
        letters: wholeNumberSchema,
      }),
    ),
    next_cursor: cursorSchema,
  },
  { error: OBJECT_RULE },
);

export type DeadLetterLine = z.output<typeof deadLetterLineSchema>;
export type DeadLettersView = z.output<typeof deadLettersViewSchema>;

export interface ListedLetter {
  readonly letterKey: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly status: (typeof DEAD_LETTER_STATUSES)[number];
  readonly reason: DeadLetterReason;
  readonly faults: readonly Fault[];
  readonly organizationId: string | null;
  readonly source: string | null;
  readonly eventId: string | null;
  readonly appendedAt: Instant;
  readonly parkedAt: Instant;
  readonly resolvedAt: Instant | null;
}

export function encodeDeadLettersView(
  letters: readonly ListedLetter[],
  counts: DeadLettersView['counts'],
  nextCursor: string | null,
): DeadLettersView {
  return { dead_letters: letters.map(encodeDeadLetterLine), counts, next_cursor: nextCursor };
}

export function encodeDeadLetterLine(letter: ListedLetter): DeadLetterLine {
  const { letterKey, topic, partition, offset, status, reason, faults, source, resolvedAt } = letter;
  return {
    id: String(letterKey),
    topic,
    partition,
    offset,
    status,
    reason,
    faults: faults.map((fault) => ({ ...fault })),
    organization_id: letter.organizationId,
    source,
    event_id: letter.eventId,
    appended_at: formatInstant(letter.appendedAt),
    parked_at: formatInstant(letter.parkedAt),
    resolved_at: resolvedAt === null ? null : formatInstant(resolvedAt),
  };
}
