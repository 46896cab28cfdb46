import { type Instant, type Interval, parseInstant } from '@floopy/domain';
import { invalidRequest } from '../problems/problem-error';

/** Reads `from` and `to`, which validation has passed, as a half-open interval; what is absent is open, or `unset`. */
export function intervalOf(
  { from, to }: { readonly from?: string; readonly to?: string },
  unset: Interval = { start: 0 as Instant, end: null },
): Interval {
  const start = from === undefined ? unset.start : timeOf(from);
  const end = to === undefined ? unset.end : timeOf(to);
  if (end !== null && end < start) {
    throw invalidRequest([{ pointer: '/to', detail: 'must not be before the time from which on is asked' }]);
  }
  return { start, end };
}

export function timeOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new Error('a time that validation has passed can be read');
  return instant;
}
