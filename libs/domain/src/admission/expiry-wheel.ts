import { type Instant, instantOfMilliseconds } from '../time/instant';

const SECOND_MS = 1_000;

/**
 * What falls due, by the second at which it does. Putting in, taking out and falling due cost the same with one entry as
 * with a hundred thousand.
 */
export class ExpiryWheel {
  private readonly slots = new Map<number, Set<string>>();
  /** Everything up to this second has been taken out. */
  private passedSecond = 0;

  /** @param dueAt a whole second, as every hold expires at one */
  add(entry: string, dueAt: Instant): void {
    const second = secondOf(dueAt);
    const slot = this.slots.get(second);
    if (slot === undefined) this.slots.set(second, new Set([entry]));
    else slot.add(entry);
    if (second <= this.passedSecond) this.passedSecond = second - 1;
  }

  remove(entry: string, dueAt: Instant): void {
    const second = secondOf(dueAt);
    const slot = this.slots.get(second);
    slot?.delete(entry);
    if (slot?.size === 0) this.slots.delete(second);
  }

  /** Takes out all that is due by `now`, second by second. */
  takeDue(now: Instant): string[] {
    const until = Math.floor(now / SECOND_MS);
    if (until <= this.passedSecond || this.slots.size === 0) return [];
    const due: string[] = [];
    for (const second of this.secondsUntil(until)) {
      for (const entry of this.slots.get(second) ?? []) due.push(entry);
      this.slots.delete(second);
    }
    this.passedSecond = until;
    return due;
  }

  /** Goes over the seconds that have passed, or over those that hold something, whichever are fewer. */
  private secondsUntil(until: number): number[] {
    const passed = until - this.passedSecond;
    if (passed <= this.slots.size) return Array.from({ length: passed }, (_, index) => this.passedSecond + 1 + index);
    return [...this.slots.keys()].filter((second) => second <= until).sort((left, right) => left - right);
  }
}

function secondOf(dueAt: Instant): number {
  return Math.ceil(instantOfMilliseconds(dueAt) / SECOND_MS);
}
