import { z } from 'zod';
import { ledgerEntrySchema } from '../ledger/ledger-entry';
import { identifierSchema, OBJECT_RULE } from '../wire/wire-schemas';
import { watermarkSchema } from './watermark';

/** Goes on where a page ended, under the filter that it was read with; null on the last page. Opaque. */
export const cursorSchema = z.string().min(1).nullable();

/** `GET …/ledger`: entries, newest first. */
export const ledgerPageSchema = z.object(
  {
    organization_id: identifierSchema,
    entries: z.array(ledgerEntrySchema),
    next_cursor: cursorSchema,
    watermark: watermarkSchema,
  },
  { error: OBJECT_RULE },
);

export type LedgerPage = z.output<typeof ledgerPageSchema>;
