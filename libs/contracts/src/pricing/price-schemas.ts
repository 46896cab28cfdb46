import { parseInstant, SERVICE_TIERS, TOKEN_CLASSES } from '@floopy/domain';
import { z } from 'zod';

/** What rate cards and overrides are written of. */

export const nameSchema = z
  .string({ error: 'must be a string' })
  .regex(/^[!-~]{1,128}$/, { error: 'must be 1 to 128 visible ASCII characters' });

/** A price of one unit: cents as a decimal string, so that no float ever holds it. */
export const priceSchema = z
  .string({ error: 'must be a string' })
  .regex(/^(0|[1-9]\d{0,17})(\.\d{1,10})?$/, {
    error: 'must be a decimal of cents, at least 0, with at most 10 decimals',
  });

export const thresholdSchema = z.int({ error: 'must be a whole number' }).min(0, { error: 'must be at least 0' });

export const serviceTierSchema = z.enum(SERVICE_TIERS);
export const tokenClassSchema = z.enum(TOKEN_CLASSES);

const timeSchema = z.string({ error: 'must be a string' }).refine((text) => parseInstant(text) !== null, {
  error: 'must be an RFC 3339 time in the years 1970 to 9999',
});

export const intervalSchema = z.strictObject({ start: timeSchema, end: timeSchema.nullable() });
