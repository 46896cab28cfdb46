import { parseInstant, SERVICE_TIERS, TOKEN_CLASSES } from '@floopy/domain';
import { z } from 'zod';
import { orRequired } from '../wire/wire-fault';
import { oneOf } from '../wire/wire-schemas';

/** What rate cards and overrides are written of. People write these files, so times and decimals may be short. */

const PRICE_RULE = 'must be a decimal string of cents, at least 0, with at most 10 decimals';
const THRESHOLD_RULE = 'must be a whole number, at least 0';
const TIME_RULE = 'must be an RFC 3339 time in the years 1970 to 9999';

/** Cents for one unit, as a decimal string, so that no float ever holds a price. */
export const priceSchema = z
  .string({ error: orRequired(PRICE_RULE) })
  .regex(/^(?:0|[1-9]\d{0,17})(?:\.\d{1,10})?$/, { error: PRICE_RULE });

export const thresholdSchema = z.int({ error: orRequired(THRESHOLD_RULE) }).min(0, { error: THRESHOLD_RULE });

export const serviceTierSchema = oneOf(SERVICE_TIERS);
export const tokenClassSchema = oneOf(TOKEN_CLASSES);

const timeSchema = z
  .string({ error: orRequired(TIME_RULE) })
  .refine((text) => parseInstant(text) !== null, { error: TIME_RULE });

export const intervalSchema = z.strictObject({ start: timeSchema, end: timeSchema.nullable() });
