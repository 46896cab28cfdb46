import type { Instant } from '@floopy/domain';

/** An instant as a `timestamptz` parameter: a text in UTC, since the driver writes a Date in the machine's own zone. */
export function timestampOf(instant: Instant): string {
  return new Date(instant).toISOString();
}
