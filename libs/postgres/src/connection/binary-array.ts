import { ArrayWriter } from './array-writer';

/**
 * One-dimensional Postgres arrays in binary format. The driver sends a Buffer parameter as binary, so a batch's
 * column travels as one value that neither side has to quote, parse or escape.
 */

const INT2_OID = 21;
const INT4_OID = 23;
const INT8_OID = 20;
const BOOL_OID = 16;
const TEXT_OID = 25;
const BYTEA_OID = 17;
const UUID_OID = 2950;
const NUMERIC_OID = 1700;
const TIMESTAMPTZ_OID = 1184;

/** Postgres counts from 2000-01-01; in milliseconds since 1970. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

export function int2Array(values: readonly (number | null)[]): Buffer {
  const array = new ArrayWriter(INT2_OID, values.length, 2);
  for (const value of values) {
    if (value === null) array.null();
    else array.length(2).int16(value);
  }
  return array.end();
}

export function int4Array(values: readonly (number | null)[]): Buffer {
  const array = new ArrayWriter(INT4_OID, values.length, 4);
  for (const value of values) {
    if (value === null) array.null();
    else array.length(4).int32(value);
  }
  return array.end();
}

/** From whole numbers that a JavaScript number holds exactly. */
export function int8Array(values: readonly (number | null)[]): Buffer {
  const array = new ArrayWriter(INT8_OID, values.length, 8);
  for (const value of values) {
    if (value === null) array.null();
    else array.length(8).int64(value);
  }
  return array.end();
}

export function boolArray(values: readonly (boolean | null)[]): Buffer {
  const array = new ArrayWriter(BOOL_OID, values.length, 1);
  for (const value of values) {
    if (value === null) array.null();
    else array.length(1).int8(value ? 1 : 0);
  }
  return array.end();
}

/** From milliseconds since 1970. */
export function timestamptzArray(values: readonly (number | null)[]): Buffer {
  const array = new ArrayWriter(TIMESTAMPTZ_OID, values.length, 8);
  for (const value of values) {
    if (value === null) array.null();
    else array.length(8).int64((value - POSTGRES_EPOCH_MS) * 1000);
  }
  return array.end();
}

/** From 32 hexadecimal digits each. */
export function uuidArray(values: readonly (string | null)[]): Buffer {
  const array = new ArrayWriter(UUID_OID, values.length, 16);
  for (const value of values) {
    if (value === null) array.null();
    else array.length(16).hex(value);
  }
  return array.end();
}

/** From 64 hexadecimal digits each: a SHA-256 as bytea. */
export function hashArray(values: readonly string[]): Buffer {
  const array = new ArrayWriter(BYTEA_OID, values.length, 32);
  for (const value of values) array.length(32).hex(value);
  return array.end();
}

export function byteaArray(values: readonly (Buffer | null)[]): Buffer {
  const array = new ArrayWriter(BYTEA_OID, values.length, EXPECTED_TEXT_BYTES);
  for (const value of values) {
    if (value === null) array.null();
    else array.bytes(value);
  }
  return array.end();
}

export function textArray(values: readonly (string | null)[]): Buffer {
  const array = new ArrayWriter(TEXT_OID, values.length, EXPECTED_TEXT_BYTES);
  for (const value of values) {
    if (value === null) array.null();
    else array.text(value);
  }
  return array.end();
}

/** From whole numbers of 10^-10: a `numeric` with ten decimals. */
export function numericArray(units: readonly (bigint | null)[]): Buffer {
  const array = new ArrayWriter(NUMERIC_OID, units.length, EXPECTED_NUMERIC_BYTES);
  for (const value of units) {
    if (value === null) array.null();
    else writeNumeric(array, value);
  }
  return array.end();
}

const EXPECTED_TEXT_BYTES = 32;
const EXPECTED_NUMERIC_BYTES = 16;
const NUMERIC_HEADER_BYTES = 8;
const NUMERIC_NEGATIVE = 0x4000;
const NUMERIC_SCALE = 10;
const NUMERIC_BASE = 10_000;
/** Digits of base 10000 behind the point: ten decimals are two and a half, and two more zeros make them three. */
const FRACTION_DIGITS = 3;
const FRACTION_PADDING = 100;
/** Below it a number with its padding is exact, and divides several times faster than a bigint. */
const LARGEST_PLAIN = BigInt(Math.floor(Number.MAX_SAFE_INTEGER / FRACTION_PADDING));

function writeNumeric(array: ArrayWriter, units: bigint): void {
  const negative = units < 0n;
  const digits = digitsOf(negative ? -units : units);
  array.length(NUMERIC_HEADER_BYTES + 2 * digits.length);
  array.int16(digits.length).int16(digits.length === 0 ? 0 : digits.length - FRACTION_DIGITS - 1);
  array.int16(negative ? NUMERIC_NEGATIVE : 0).int16(NUMERIC_SCALE);
  for (let index = digits.length - 1; index >= 0; index -= 1) array.int16(digits[index] as number);
}

/** Digits of base 10000, least significant first, without leading zeros; the first three are the fraction. */
function digitsOf(units: bigint): number[] {
  const digits: number[] = [];
  if (units <= LARGEST_PLAIN) {
    let rest = Number(units) * FRACTION_PADDING;
    while (rest > 0) {
      const above = Math.floor(rest / NUMERIC_BASE);
      digits.push(rest - above * NUMERIC_BASE);
      rest = above;
    }
    return digits;
  }
  for (let rest = units * BigInt(FRACTION_PADDING); rest > 0n; rest /= BigInt(NUMERIC_BASE)) {
    digits.push(Number(rest % BigInt(NUMERIC_BASE)));
  }
  return digits;
}
