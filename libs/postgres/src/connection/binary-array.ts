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

const HEADER_BYTES = 20;
/** An array without elements has no dimension to describe. */
const EMPTY_HEADER_BYTES = 12;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
/** Postgres counts from 2000-01-01; in milliseconds since 1970. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

export function int2Array(values: readonly (number | null)[]): Buffer {
  return fixedArray(INT2_OID, 2, values, (buffer, value, at) => buffer.writeInt16BE(value, at));
}

export function int4Array(values: readonly (number | null)[]): Buffer {
  return fixedArray(INT4_OID, 4, values, (buffer, value, at) => buffer.writeInt32BE(value, at));
}

/** From whole numbers that a JavaScript number holds exactly. */
export function int8Array(values: readonly (number | null)[]): Buffer {
  return fixedArray(INT8_OID, 8, values, writeInt64);
}

export function boolArray(values: readonly (boolean | null)[]): Buffer {
  return fixedArray(BOOL_OID, 1, values, (buffer, value, at) => buffer.writeUInt8(value ? 1 : 0, at));
}

/** From milliseconds since 1970. */
export function timestamptzArray(values: readonly (number | null)[]): Buffer {
  return fixedArray(TIMESTAMPTZ_OID, 8, values, (buffer, value, at) =>
    writeInt64(buffer, (value - POSTGRES_EPOCH_MS) * 1000, at),
  );
}

/** From 32 hexadecimal digits each. */
export function uuidArray(values: readonly (string | null)[]): Buffer {
  return fixedArray(UUID_OID, 16, values, (buffer, value, at) => buffer.write(value, at, 16, 'hex'));
}

/** From 64 hexadecimal digits each: a SHA-256 as bytea. */
export function hashArray(values: readonly string[]): Buffer {
  return fixedArray(BYTEA_OID, 32, values, (buffer, value, at) => buffer.write(value, at, 32, 'hex'));
}

export function byteaArray(values: readonly (Buffer | null)[]): Buffer {
  return variableArray(
    BYTEA_OID,
    values,
    (value) => value.length,
    (buffer, value, at) => value.copy(buffer, at),
  );
}

export function textArray(values: readonly (string | null)[]): Buffer {
  return variableArray(
    TEXT_OID,
    values,
    (value) => Buffer.byteLength(value, 'utf8'),
    (buffer, value, at) => buffer.write(value, at, 'utf8'),
  );
}

/** From whole numbers of 10^-10: a `numeric` with ten decimals. */
export function numericArray(units: readonly bigint[]): Buffer {
  return variableArray(
    NUMERIC_OID,
    units.map(numericDigits),
    (value) => NUMERIC_HEADER_BYTES + 2 * value.digits.length,
    writeNumeric,
  );
}

const NUMERIC_HEADER_BYTES = 8;
const NUMERIC_NEGATIVE = 0x4000;
const NUMERIC_SCALE = 10;
const NUMERIC_BASE = 10_000n;
/** Ten decimals are two and a half digits of base 10000; two more zeros make it three. */
const FRACTION_DIGITS = 3;
const FRACTION_PADDING = 100n;

interface NumericDigits {
  readonly negative: boolean;
  /** Digits of base 10000, most significant first, without leading zeros; the last three are the fraction. */
  readonly digits: readonly number[];
}

function numericDigits(units: bigint): NumericDigits {
  const negative = units < 0n;
  let rest = (negative ? -units : units) * FRACTION_PADDING;
  const digits: number[] = [];
  while (rest > 0n) {
    digits.push(Number(rest % NUMERIC_BASE));
    rest /= NUMERIC_BASE;
  }
  return { negative, digits: digits.reverse() };
}

function writeNumeric(buffer: Buffer, { negative, digits }: NumericDigits, at: number): void {
  buffer.writeInt16BE(digits.length, at);
  buffer.writeInt16BE(digits.length === 0 ? 0 : digits.length - FRACTION_DIGITS - 1, at + 2);
  buffer.writeUInt16BE(negative ? NUMERIC_NEGATIVE : 0, at + 4);
  buffer.writeInt16BE(NUMERIC_SCALE, at + 6);
  for (const [index, digit] of digits.entries()) buffer.writeUInt16BE(digit, at + NUMERIC_HEADER_BYTES + 2 * index);
}

/** Two 32-bit halves instead of a BigInt: exact for whole numbers within ±2^53, and several times faster. */
function writeInt64(buffer: Buffer, value: number, at: number): void {
  const high = Math.floor(value / 0x1_0000_0000);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(value - high * 0x1_0000_0000, at + 4);
}

type Write<Value> = (buffer: Buffer, value: Value, at: number) => void;

function fixedArray<Value>(oid: number, size: number, values: readonly (Value | null)[], write: Write<Value>): Buffer {
  return variableArray(oid, values, () => size, write);
}

function variableArray<Value>(
  oid: number,
  values: readonly (Value | null)[],
  sizeOf: (value: Value) => number,
  write: Write<Value>,
): Buffer {
  if (values.length === 0) return emptyArray(oid);
  const sizes = new Int32Array(values.length);
  let total = HEADER_BYTES;
  let hasNull = false;
  // Plain loops: this runs for every column of every event.
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as Value | null;
    const size = value === null ? NULL_LENGTH : sizeOf(value);
    sizes[index] = size;
    hasNull ||= value === null;
    total += LENGTH_BYTES + Math.max(size, 0);
  }
  const buffer = Buffer.allocUnsafe(total);
  writeHeader(buffer, oid, values.length, hasNull);
  let at = HEADER_BYTES;
  for (let index = 0; index < values.length; index += 1) {
    const size = sizes[index] as number;
    buffer.writeInt32BE(size, at);
    at += LENGTH_BYTES;
    if (size === NULL_LENGTH) continue;
    write(buffer, values[index] as Value, at);
    at += size;
  }
  return buffer;
}

function emptyArray(oid: number): Buffer {
  const buffer = Buffer.alloc(EMPTY_HEADER_BYTES);
  buffer.writeInt32BE(oid, 8);
  return buffer;
}

function writeHeader(buffer: Buffer, oid: number, length: number, hasNull: boolean): void {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
}
