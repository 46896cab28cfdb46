import { isIdentifier, parseAmount, parseInstant } from '@floopy/domain';
import { ValidateBy, type ValidationOptions } from 'class-validator';

function rule(name: string, holds: (text: string) => boolean, message: string): PropertyDecorator {
  const options: ValidationOptions = { message };
  const validator = { validate: (value: unknown) => typeof value === 'string' && holds(value) };
  return ValidateBy({ name, validator }, options);
}

export const WHOLE_NUMBER = /^\d{1,15}$/;

/** An RFC 3339 time with an offset. */
export const IsTime = (): PropertyDecorator =>
  rule('isTime', (text) => parseInstant(text) !== null, 'must be an RFC 3339 time, such as 2026-11-23T10:00:00.000Z');

/** A position, or an RFC 3339 time. */
export const IsPositionOrTime = (): PropertyDecorator =>
  rule(
    'isPositionOrTime',
    (text) => WHOLE_NUMBER.test(text) || parseInstant(text) !== null,
    'must be a position (a whole number) or an RFC 3339 time',
  );

export const IsPosition = (): PropertyDecorator =>
  rule('isPosition', (text) => WHOLE_NUMBER.test(text), 'must be a position: a whole number');

export const IsIdentifier = (): PropertyDecorator =>
  rule('isIdentifier', isIdentifier, 'must be 1 to 128 visible ASCII characters');

/** A whole number from 1 to `largest`. */
export const IsPageSize = (largest: number): PropertyDecorator =>
  rule(
    'isPageSize',
    (text) => /^\d{1,9}$/.test(text) && Number(text) >= 1 && Number(text) <= largest,
    `must be a whole number from 1 to ${largest}`,
  );

/** Cents as a decimal string with up to 10 decimals, and not zero. */
export const IsAmount = (): PropertyDecorator =>
  rule(
    'isAmount',
    (text) => (parseAmount(text) ?? 0n) !== 0n,
    'must be a decimal string of cents with at most 10 decimals, such as "-2.5", and not zero',
  );

/** Cents as a decimal string with up to 10 decimals, zero or more. */
export const IsLimit = (): PropertyDecorator =>
  rule(
    'isLimit',
    (text) => (parseAmount(text) ?? -1n) >= 0n,
    'must be a decimal string of cents with at most 10 decimals, such as "2.5", and not negative',
  );

/** Readable text: 1 to `longest` characters, and none that Postgres cannot keep. */
export const IsPlainText = (longest: number): PropertyDecorator =>
  rule(
    'isPlainText',
    (text) => text.trim() !== '' && text.length <= longest && !/\p{Surrogate}/u.test(text) && !text.includes('\0'),
    `must be a text of 1 to ${longest} characters`,
  );
