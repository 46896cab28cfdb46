import { contextTierName, formatAmount, type Receipt, SERVICE_TIERS, TOKEN_CLASSES } from '@floopy/domain';
import { z } from 'zod';
import { ledgerEntrySchema } from '../ledger/ledger-entry';
import {
  amountSchema,
  hashSchema,
  identifierSchema,
  OBJECT_RULE,
  oneOf,
  sequenceSchema,
  wholeNumberSchema,
} from '../wire/wire-schemas';
import { loggedRequestSchema } from './logged-request';
import { watermarkSchema } from './watermark';

/** Why a charge is what it is, with everything that is needed to compute it again. */
export const receiptViewSchema = z.object(
  {
    rate_card: z.object({ id: z.string(), version: sequenceSchema, content_hash: hashSchema }),
    override: z.object({ id: z.string(), version: sequenceSchema }).optional(),
    service_tier: oneOf(SERVICE_TIERS),
    /** `base`, or the input tokens that the tier lies above: `above_200000`. */
    context_tier: z.string().regex(/^(?:base|above_[1-9]\d*)$/),
    lines: z.array(
      z.object({
        token_class: z.enum([...TOKEN_CLASSES, 'request']),
        quantity: wholeNumberSchema,
        unit_price: amountSchema,
        amount: amountSchema,
      }),
    ),
    /** The sum of the lines. */
    subtotal: amountSchema,
    markup_basis_points: z.int(),
    /** What the entry took from the balance. */
    total: amountSchema,
  },
  { error: OBJECT_RULE },
);

/** `GET …/requests/{request_id}`: each charge of a request, in ledger order. */
export const requestReceiptsSchema = z.object(
  {
    organization_id: identifierSchema,
    request_id: identifierSchema,
    charges: z.array(
      z.object({
        entry: ledgerEntrySchema,
        request: loggedRequestSchema,
        /** Null when it was free whatever the card says: not served, or from a cache. */
        receipt: receiptViewSchema.nullable(),
        /** What was posted to correct it, in order. */
        corrections: z.array(
          z.object({
            entry: ledgerEntrySchema,
            before: amountSchema.describe('What stood of the charge before it.'),
            after: amountSchema.describe('What stands of the charge after it.'),
            receipt: receiptViewSchema.nullable().describe('Why it stands so after a reprice; null after a reversal.'),
          }),
        ),
      }),
    ),
    /** The sum of the charges, less what was given back of them. */
    total: amountSchema,
    watermark: watermarkSchema,
  },
  { error: OBJECT_RULE },
);

export type ReceiptView = z.output<typeof receiptViewSchema>;
export type RequestReceipts = z.output<typeof requestReceiptsSchema>;

export function encodeReceipt(receipt: Receipt): ReceiptView {
  const { id, version, contentHash } = receipt.rateCard;
  return {
    rate_card: { id, version, content_hash: contentHash },
    ...(receipt.override === null ? {} : { override: receipt.override }),
    service_tier: receipt.serviceTier,
    context_tier: contextTierName(receipt.aboveInputTokens),
    lines: receipt.lines.map((line) => ({
      token_class: line.tokenClass,
      quantity: line.quantity,
      unit_price: formatAmount(line.unitPrice),
      amount: formatAmount(line.amount),
    })),
    subtotal: formatAmount(receipt.subtotal),
    markup_basis_points: receipt.markupBasisPoints,
    total: formatAmount(receipt.total),
  };
}
