import type { LedgerEvent } from '@floopy/domain';
import { z } from 'zod';
import { encodeLedgerEntry, ledgerEntrySchema } from '../ledger/ledger-entry';
import { OBJECT_RULE } from '../wire/wire-schemas';

/** `POST …/reversals`: a charge, and the entry that gave it back. */
export const reversalViewSchema = z.object(
  {
    charge: ledgerEntrySchema,
    reversal: ledgerEntrySchema,
    uncounted: z.boolean().describe('Whether its request was taken out of the monthly count.'),
  },
  { error: OBJECT_RULE },
);

export type ReversalView = z.output<typeof reversalViewSchema>;

export function encodeReversalView(charge: LedgerEvent, reversal: LedgerEvent): ReversalView {
  return {
    charge: encodeLedgerEntry(charge),
    reversal: encodeLedgerEntry(reversal),
    uncounted: reversal.correction?.uncounted ?? false,
  };
}
