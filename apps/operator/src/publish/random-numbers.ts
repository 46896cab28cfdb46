/** Numbers that look random and follow from a seed: a drill that failed can be run again. */
export class RandomNumbers {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A whole number of 32 bits, by the generator known as mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
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
    const digits = this.hex(30);
    const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(12, 15)}`, `a${digits.slice(15, 18)}`];
    return `${parts.join('-')}-${digits.slice(18)}`;
  }
}
