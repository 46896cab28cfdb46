import { CORRECTION_KINDS, formatAmount, formatInstant, type LedgerEvent } from '@floopy/domain';
import { z } from 'zod';
import { amountSchema, instantSchema, OBJECT_RULE, oneOf, sequenceSchema } from '../wire/wire-schemas';

/** What was posted to correct a charge. */
export const correctionViewSchema = z.object(
  {
    sequence: sequenceSchema,
    kind: oneOf(CORRECTION_KINDS),
    /** What it added to the balance: positive where something was given back. */
    amount: amountSchema,
    recorded_at: instantSchema,
    reason: z.string(),
    uncounted: z.boolean().describe('Whether it took the request out of the monthly count.'),
  },
  { error: OBJECT_RULE },
);

export type CorrectionView = z.output<typeof correctionViewSchema>;

/** Writes a correction beside the charge that it corrects; nothing for an event that corrects nothing. */
export function encodeCorrections(events: readonly LedgerEvent[]): CorrectionView[] {
  return events.flatMap(({ sequence, cause, amount, recordedAt, reason, correction }) =>
    correction === null || (cause.kind !== 'reversal' && cause.kind !== 'reprice')
      ? []
      : [
          {
            sequence,
            kind: cause.kind,
            amount: formatAmount(amount),
            recorded_at: formatInstant(recordedAt),
            reason: reason ?? '',
            uncounted: correction.uncounted,
          },
        ],
  );
}
