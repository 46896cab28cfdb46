import { type RateCardContent, type RateCardDraft, rateCardOf, writeRateCardContent } from '@floopy/domain';
import { z } from 'zod';
import { decodeFile, type RejectedFile } from './file-fault';
import { intervalSchema, priceSchema, serviceTierSchema, thresholdSchema, tokenClassSchema } from './price-schemas';
import { identifierSchema } from '../wire/wire-schemas';

const contextTierSchema = z.strictObject({
  above_input_tokens: thresholdSchema,
  unit_prices: z.partialRecord(tokenClassSchema, priceSchema),
  request_fee: priceSchema,
});

/**
 * A rate card as a file. Nothing has a default and no unknown key is passed over: each could be money.
 * It is the content that is published and hashed; the file may order and space it as people like.
 */
export const rateCardFileSchema: z.ZodType<RateCardContent> = z.strictObject({
  id: identifierSchema,
  in_force: intervalSchema,
  models: z.array(
    z.strictObject({
      provider: identifierSchema,
      model: identifierSchema,
      aliases: z.array(identifierSchema),
      service_tiers: z.partialRecord(serviceTierSchema, z.array(contextTierSchema)),
    }),
  ),
});

/** Reads a rate card file, or names every place that is not of its shape. Its rules are checked when it is published. */
export function decodeRateCardFile(
  text: string,
): { readonly type: 'rate_card'; readonly draft: RateCardDraft } | RejectedFile {
  const decoded = decodeFile(text, rateCardFileSchema);
  return decoded.type === 'decoded' ? { type: 'rate_card', draft: rateCardOf(decoded.content) } : decoded;
}

/** Writes a card as a file for people to read, compare and edit: its canonical content, indented. */
export function encodeRateCardFile(draft: RateCardDraft): string {
  return `${JSON.stringify(JSON.parse(writeRateCardContent(draft)), null, 2)}\n`;
}
