import {
  type Amount,
  amountOfUnits,
  assert,
  formatAmount,
  type Instant,
  parseAmount,
  parseInstant,
} from '@floopy/domain';
import { z } from 'zod';
import { orRequired } from './wire-fault';

/** What every shape here is written of. Each is checked as text; `amountIn` and `instantIn` read it afterwards. */

export const IDENTIFIER_RULE = 'must be 1 to 128 visible ASCII characters';
export const OBJECT_RULE = 'must be a JSON object';

const AMOUNT_RULE = 'must be a decimal string of cents with exactly 10 decimals';
const INSTANT_RULE = 'must be an RFC 3339 time in UTC with milliseconds';
const WHOLE_RULE = 'must be a whole number, at least 0';
const SEQUENCE_RULE = 'must be a whole number, at least 1';

export const identifierSchema = z
  .string({ error: orRequired(IDENTIFIER_RULE) })
  .regex(/^[!-~]{1,128}$/, { error: IDENTIFIER_RULE });

/** Cents with exactly 10 decimals; there is one way to write an amount, and zero has no sign. */
export const amountSchema = z
  .string({ error: orRequired(AMOUNT_RULE) })
  .regex(/^(?!-0\.0{10}$)-?(?:0|[1-9]\d{0,17})\.\d{10}$/, { error: AMOUNT_RULE });

export const instantSchema = z
  .string({ error: orRequired(INSTANT_RULE) })
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, { error: INSTANT_RULE })
  .refine((text) => parseInstant(text) !== null, { error: INSTANT_RULE });

/** How many of something; also a position, where 0 is the place before the first entry. */
export const wholeNumberSchema = z.int({ error: orRequired(WHOLE_RULE) }).min(0, { error: WHOLE_RULE });

/** An organization's ledger sequence number. */
export const sequenceSchema = z.int({ error: orRequired(SEQUENCE_RULE) }).min(1, { error: SEQUENCE_RULE });

export const hashSchema = hexadecimal(64);

/** Lower-case hexadecimal digits, exactly so many. */
export function hexadecimal(digits: number): z.ZodString {
  const rule = `must be ${digits} lower-case hexadecimal digits`;
  return z.string({ error: orRequired(rule) }).regex(new RegExp(`^[0-9a-f]{${digits}}$`), { error: rule });
}

export function oneOf<const Value extends string>(values: readonly Value[]): z.ZodEnum<{ [Name in Value]: Name }> {
  return z.enum(values, { error: orRequired(`must be one of ${values.join(', ')}`) });
}

/** Reads an amount that `amountSchema` has passed. */
export function amountIn(text: string): Amount {
  const amount = parseAmount(text);
  assert(amount !== null, 'an amount that its schema passed can be read');
  return amount;
}

/** The reverse of `amountIn`, for clients that add amounts up. */
export function amountText(units: bigint): string {
  return formatAmount(amountOfUnits(units));
}

/** Reads a time that `instantSchema` has passed. */
export function instantIn(text: string): Instant {
  const instant = parseInstant(text);
  assert(instant !== null, 'a time that its schema passed can be read');
  return instant;
}
