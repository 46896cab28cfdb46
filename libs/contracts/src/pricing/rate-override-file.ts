import {
  type RateOverrideContent,
  type RateOverrideDraft,
  rateOverrideOf,
  writeRateOverrideContent,
} from '@floopy/domain';
import { z } from 'zod';
import { decodeFile, type RejectedFile } from './file-fault';
import { intervalSchema, priceSchema, serviceTierSchema, thresholdSchema, tokenClassSchema } from './price-schemas';
import { identifierSchema } from '../wire/wire-schemas';

/** Prices agreed with one organization, as a file. An empty list ends what was agreed before. */
export const rateOverrideFileSchema: z.ZodType<RateOverrideContent> = z.strictObject({
  id: identifierSchema,
  organization_id: identifierSchema,
  in_force: intervalSchema,
  unit_prices: z.array(
    z.strictObject({
      provider: identifierSchema,
      model: identifierSchema,
      service_tier: serviceTierSchema,
      above_input_tokens: thresholdSchema,
      token_class: tokenClassSchema,
      unit_price: priceSchema,
    }),
  ),
});

/** Reads an override file, or names every place that is not of its shape. Its rules are checked when it is published. */
export function decodeRateOverrideFile(
  text: string,
): { readonly type: 'rate_override'; readonly draft: RateOverrideDraft } | RejectedFile {
  const decoded = decodeFile(text, rateOverrideFileSchema);
  return decoded.type === 'decoded' ? { type: 'rate_override', draft: rateOverrideOf(decoded.content) } : decoded;
}

/** Writes an override as a file for people: its canonical content, indented. */
export function encodeRateOverrideFile(draft: RateOverrideDraft): string {
  return `${JSON.stringify(JSON.parse(writeRateOverrideContent(draft)), null, 2)}\n`;
}
