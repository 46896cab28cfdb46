const HEADER_BYTES = 20;
/** An array without elements has no dimension to describe. */
const EMPTY_HEADER_BYTES = 12;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
/** No UTF-16 unit takes more bytes than this in UTF-8. */
const MAX_BYTES_OF_UNIT = 3;

const HEX_DIGITS = new Uint8Array(128);
for (let digit = 0; digit < 16; digit += 1) HEX_DIGITS[digit.toString(16).charCodeAt(0)] = digit;

/**
 * Writes one array in the binary format of Postgres, element by element: its length or NULL, then its bytes.
 * This runs for every column of every event, so bytes are set one by one here: a call into the runtime for each number
 * or short text costs several times as much.
 */
export class ArrayWriter {
  private buffer: Buffer;
  private at = HEADER_BYTES;
  private hasNull = false;

  /** @param elementBytes how long an element is, or is expected to be: there is room for more. */
  constructor(
    private readonly oid: number,
    private readonly elements: number,
    elementBytes: number,
  ) {
    this.buffer = Buffer.allocUnsafe(HEADER_BYTES + elements * (LENGTH_BYTES + elementBytes));
  }

  null(): void {
    this.hasNull = true;
    this.length(0, NULL_LENGTH);
  }

  /** Begins an element of this many bytes, which the caller writes next. */
  length(bytes: number, stated = bytes): this {
    this.reserve(LENGTH_BYTES + bytes);
    return this.int32(stated);
  }

  int8(value: number): this {
    this.buffer[this.at] = value;
    this.at += 1;
    return this;
  }

  int16(value: number): this {
    const { buffer, at } = this;
    buffer[at] = value >>> 8;
    buffer[at + 1] = value;
    this.at = at + 2;
    return this;
  }

  int32(value: number): this {
    const { buffer, at } = this;
    buffer[at] = value >>> 24;
    buffer[at + 1] = value >>> 16;
    buffer[at + 2] = value >>> 8;
    buffer[at + 3] = value;
    this.at = at + 4;
    return this;
  }

  /** Two halves instead of a bigint: exact for whole numbers within ±2^53. */
  int64(value: number): this {
    const high = Math.floor(value / 0x1_0000_0000);
    return this.int32(high).int32(value - high * 0x1_0000_0000);
  }

  /** Two lower-case hexadecimal digits a byte. */
  hex(digits: string): this {
    const { buffer } = this;
    let { at } = this;
    for (let index = 0; index < digits.length; index += 2) {
      const high = HEX_DIGITS[digits.charCodeAt(index)] as number;
      buffer[at] = (high << 4) | (HEX_DIGITS[digits.charCodeAt(index + 1)] as number);
      at += 1;
    }
    this.at = at;
    return this;
  }

  /** An element of any length. */
  bytes(value: Buffer): void {
    this.length(value.length);
    value.copy(this.buffer, this.at);
    this.at += value.length;
  }

  /** An element in UTF-8. */
  text(value: string): void {
    this.reserve(LENGTH_BYTES + value.length * MAX_BYTES_OF_UNIT);
    const start = this.at + LENGTH_BYTES;
    const bytes = this.asciiAt(start, value) ? value.length : this.buffer.write(value, start, 'utf8');
    this.int32(bytes);
    this.at = start + bytes;
  }

  /** The array as the value of a parameter. */
  end(): Buffer {
    const bytes = this.at;
    this.at = 0;
    if (this.elements === 0) return this.int32(0).int32(0).int32(this.oid).buffer.subarray(0, EMPTY_HEADER_BYTES);
    this.int32(1)
      .int32(this.hasNull ? 1 : 0)
      .int32(this.oid)
      .int32(this.elements)
      .int32(1);
    return this.buffer.subarray(0, bytes);
  }

  /** @returns false when the text is not ASCII; what was written of it is to be overwritten. */
  private asciiAt(start: number, value: string): boolean {
    const { buffer } = this;
    for (let index = 0; index < value.length; index += 1) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) return false;
      buffer[start + index] = unit;
    }
    return true;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}
