declare const instantUnit: unique symbol;

/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [instantUnit]: 'ms since epoch' };

/** A half-open interval [start, end); `end` null means that it has none yet. */
export interface Interval {
  readonly start: Instant;
  readonly end: Instant | null;
}

/** The years 1970 to 9999: what RFC 3339 and Postgres both write with four digits. */
export const LATEST_INSTANT = 253_402_300_799_999 as Instant;

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

export function instantOfMilliseconds(milliseconds: number): Instant {
  return milliseconds as Instant;
}

/**
 * Reads an RFC 3339 time with any offset; what is finer than a millisecond is cut off.
 * @returns null for anything else, for a day that the calendar lacks, and outside 1970–9999.
 */
export function parseInstant(text: string): Instant | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [, day = '', time = '', fraction = '', offset = ''] = match;
  const local = Date.parse(`${day}T${time}Z`);
  // Date.parse turns February 30 into March 2, and 24:00 into the next day: the day of the month finds it.
  if (Number.isNaN(local) || new Date(local).getUTCDate() !== Number(day.slice(8))) return null;
  const shift = offsetMilliseconds(offset.toUpperCase());
  if (shift === null) return null;
  const instant = local - shift + Number(fraction.padEnd(3, '0').slice(0, 3));
  return instant >= 0 && instant <= LATEST_INSTANT ? (instant as Instant) : null;
}

function offsetMilliseconds(offset: string): number | null {
  if (offset === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** Writes RFC 3339 in UTC with milliseconds: the one form in JSON. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}

export function intervalHolds(interval: Interval, instant: Instant): boolean {
  return instant >= interval.start && (interval.end === null || instant < interval.end);
}

export function intervalsOverlap(left: Interval, right: Interval): boolean {
  return (left.end === null || right.start < left.end) && (right.end === null || left.start < right.end);
}
