import { type Instant, instantOfMilliseconds } from './instant';

/** The half-open interval [start, end) in which an organization's requests are counted. */
export interface BillingPeriod {
  readonly start: Instant;
  readonly end: Instant;
}

/**
 * From `effectiveAt` on, periods begin on this day of each month, 1–31, at this hour, 0–23, in UTC. A month that is
 * shorter begins its period on its last day.
 */
export interface BillingAnchor {
  readonly effectiveAt: Instant;
  readonly day: number;
  readonly hour: number;
}

/** The calendar month in UTC that holds `instant`: the period of an organization without a subscription. */
export function calendarMonthOf(instant: Instant): BillingPeriod {
  const date = new Date(instant);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  return {
    start: instantOfMilliseconds(Date.UTC(year, month, 1)),
    end: instantOfMilliseconds(Date.UTC(year, month + 1, 1)),
  };
}

/**
 * The billing period that holds `instant`, whatever the anchors: every instant is in exactly one.
 * An anchor cuts the period at hand at its own instant, so that what was counted before it stays where it is.
 * @param anchors ascending by `effectiveAt`; calendar months apply before the first of them
 */
export function periodHolding(anchors: readonly BillingAnchor[], instant: Instant): BillingPeriod {
  if (anchors.length === 0) return calendarMonthOf(instant);
  const next = anchors.findIndex((anchor) => anchor.effectiveAt > instant);
  const deciding = anchors.at(next === -1 ? -1 : next - 1);
  const isAnchored = deciding !== undefined && next !== 0;
  const { start, end } = isAnchored ? anchoredPeriod(deciding, instant) : calendarMonthOf(instant);
  const turn = next === -1 ? undefined : anchors[next]?.effectiveAt;
  return {
    start: isAnchored && deciding.effectiveAt > start ? deciding.effectiveAt : start,
    end: turn !== undefined && turn < end ? turn : end,
  };
}

function anchoredPeriod(anchor: BillingAnchor, instant: Instant): BillingPeriod {
  const date = new Date(instant);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const turn = turnOf(anchor, year, month);
  return instant < turn
    ? { start: turnOf(anchor, year, month - 1), end: turn }
    : { start: turn, end: turnOf(anchor, year, month + 1) };
}

/** When the period of a month begins; month −1 and 12 are those of the years beside. */
function turnOf({ day, hour }: BillingAnchor, year: number, month: number): Instant {
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return instantOfMilliseconds(Date.UTC(year, month, Math.min(day, lastDay), hour));
}
