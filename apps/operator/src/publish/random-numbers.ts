import { randomBytes } from 'node:crypto';

/** Rounds after which the words of a seed have reached every bit of the state. */
const WARM_UP = 15;

/** Numbers that look random and follow from a seed: a drill that failed can be run again. */
export class RandomNumbers {
  private counter = 1;

  /** Three words of 32 bits; different words give sequences that do not meet. The generator is known as sfc32. */
  constructor(
    private a: number,
    private b = 0,
    private c = 0,
  ) {
    for (let round = 0; round < WARM_UP; round += 1) this.next();
  }

  /** A sequence that nobody has had before. */
  static fresh(): RandomNumbers {
    const words = randomBytes(12);
    return new RandomNumbers(words.readInt32LE(0), words.readInt32LE(4), words.readInt32LE(8));
  }

  /** A whole number of 32 bits. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 to just below 1. */
  fraction(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** A whole number from 0 to just below `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** `length` hexadecimal digits. */
  hex(length: number): string {
    let digits = '';
    while (digits.length < length) digits += this.next().toString(16).padStart(8, '0');
    return digits.slice(0, length);
  }

  /** Something in the form of a version 4 UUID. */
  uuid(): string {
    const digits = this.hex(32);
    const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`];
    return `${parts.join('-')}-${digits.slice(20)}`;
  }
}
