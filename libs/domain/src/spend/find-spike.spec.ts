import { aStream, anUnhashedAdjustment, postedUsage } from '../../test/a-ledger-event';
import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { GENESIS_HASH } from '../ledger/hash-ledger-event';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import { findSpike, type Spike } from './find-spike';
import { HOUR_MS, type HourlySpend, hourOf, projectHourlySpend } from './project-hourly-spend';

const HOUR = at('2026-11-23T10:00:00Z');
const LONG_AGO = at('2026-01-01T00:00:00Z');
const RULE = { factorPercent: 300, smallest: cents('10') };

/** Spend of this hour, and of the same hour yesterday, the day before, and so on. */
function spikeOf(now: string, before: string[], since = LONG_AGO): Spike | null {
  const hours = new Map<Instant, HourlySpend>();
  for (const [day, spend] of [now, ...before].entries()) {
    const hour = instantOfMilliseconds(HOUR - day * 24 * HOUR_MS);
    hours.set(hour, { hour, spend: cents(spend), requests: 1 });
  }
  return findSpike(hours, HOUR, since, RULE);
}

describe('findSpike', () => {
  it('finds an hour with more than so many times the middle of the same hour of other days', () => {
    expect(spikeOf('31', ['10', '9', '11', '10', '8', '12', '10'])).toEqual({
      hour: HOUR,
      spend: cents('31'),
      usual: cents('10'),
    });
    expect(spikeOf('30', ['10', '9', '11', '10', '8', '12', '10'])).toBeNull();
  });

  it('is not moved by a spike of last week', () => {
    expect(spikeOf('31', ['1000', '9', '11', '10', '8', '12', '10'])?.usual).toBe(cents('10'));
  });

  it('takes a day without spending as one', () => {
    expect(spikeOf('10', ['9', '9', '9'])?.usual).toBe(cents('0'));
    expect(spikeOf('9.99', ['0'])).toBeNull();
  });

  it('finds none before it knows what is usual', () => {
    expect(spikeOf('100', [], instantOfMilliseconds(HOUR - 72 * HOUR_MS + 1))).toBeNull();
    expect(spikeOf('100', [], instantOfMilliseconds(HOUR - 72 * HOUR_MS))).not.toBeNull();
  });
});

describe('projectHourlySpend', () => {
  it('sums what was charged in the hour in which it occurred', () => {
    const hours = new Map<Instant, HourlySpend>();
    const adjustment = { ...anUnhashedAdjustment(), hash: GENESIS_HASH };
    const later = postedUsage(aStream(), { occurredAt: at('2026-11-23T10:59:59.999Z') }).event;
    for (const event of [postedUsage(aStream()).event, later, adjustment]) projectHourlySpend(hours, event);
    expect([...hours.values()]).toEqual([{ hour: HOUR, spend: cents('0.7'), requests: 2 }]);
    expect(hourOf(at('2026-11-23T10:59:59.999Z'))).toBe(HOUR);
  });
});
