import { DEAD_LETTER_REASONS, type DeadLetterReason } from '@floopy/domain';
import { z } from 'zod';
import { OBJECT_RULE, oneOf, wholeNumberSchema } from '../wire/wire-schemas';

/** What became of a parked record: it waits, is an entry, was one already, or will never be anything. */
export const DEAD_LETTER_STATUSES = ['parked', 'applied', 'duplicate', 'discarded'] as const;

/** Behind which letter the next call goes on, for a selection of more than one call takes; null when none is left. */
const next = z.string().nullable();

/** `POST /v1/dead-letters/redrive`. */
export const deadLetterRedriveViewSchema = z.object(
  {
    letters: wholeNumberSchema.describe('That were still parked, and were looked at.'),
    applied: wholeNumberSchema,
    duplicates: wholeNumberSchema,
    /** That stay parked, for the reason that stands now. */
    parked: z.array(z.object({ reason: oneOf(DEAD_LETTER_REASONS), letters: wholeNumberSchema })),
    next,
  },
  { error: OBJECT_RULE },
);

/** `POST /v1/dead-letters/discard`. */
export const deadLetterDiscardViewSchema = z.object({ discarded: wholeNumberSchema, next }, { error: OBJECT_RULE });

export type DeadLetterRedriveView = z.output<typeof deadLetterRedriveViewSchema>;
export type DeadLetterDiscardView = z.output<typeof deadLetterDiscardViewSchema>;

export interface RedriveReading {
  readonly letters: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly parked: ReadonlyMap<DeadLetterReason, number>;
  readonly next: number | null;
}

export function encodeRedriveView(reading: RedriveReading): DeadLetterRedriveView {
  const { letters, applied, duplicates, parked, next: behind } = reading;
  const stay = Array.from(parked, ([reason, count]) => ({ reason, letters: count }));
  return { letters, applied, duplicates, parked: stay, next: behind === null ? null : String(behind) };
}
