import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { calendarMonthOf } from '../time/billing-period';
import type { Instant } from '../time/instant';
import { forecastOverage } from './forecast-overage';
import { FREEZE_DELAY_MS, frozenAt, isLate } from './freeze-period';
import type { RequestStanding } from './place-request';
import {
  type CarriedOverage,
  type PeriodOverage,
  type PlacedEvent,
  projectCarriedOverage,
  projectOverage,
} from './project-overage';

const RATE = cents('0.1');
const NOVEMBER = calendarMonthOf(at('2026-11-01T00:00:00Z'));
const DECEMBER = calendarMonthOf(at('2026-12-01T00:00:00Z'));

function placed(standing: RequestStanding, occurred: string, recorded = occurred): PlacedEvent {
  const overageRate = standing === 'overage' ? RATE : null;
  const plan = { planVersion: 2, standing, overageRate };
  return { occurredAt: at(occurred), recordedAt: at(recorded), usage: { plan }, correction: null };
}

/** Takes a unit back that occurred then. */
function takenBack(standing: RequestStanding, occurred: string, recorded = occurred, uncounted = true): PlacedEvent {
  const { usage, ...event } = placed(standing, occurred, recorded);
  return { ...event, usage: null, correction: { plan: usage?.plan ?? null, uncounted } };
}

function overageOf(...events: PlacedEvent[]): PeriodOverage[] {
  const periods = new Map<Instant, PeriodOverage>();
  for (const event of events) projectOverage(periods, event, []);
  return [...periods.values()];
}

function carriedOf(...events: PlacedEvent[]): CarriedOverage[] {
  const carried = new Map<string, CarriedOverage>();
  for (const event of events) projectCarriedOverage(carried, event, []);
  return [...carried.values()];
}

const ON_TIME = placed('overage', '2026-11-30T23:59:59Z', '2026-12-01T00:09:59.999Z');
const LATE = placed('overage', '2026-11-30T23:59:59Z', '2026-12-01T00:10:00Z');

describe('projectOverage', () => {
  it('counts units with what they cost, and excess that nobody pays, each in its own period', () => {
    const events = [
      placed('overage', '2026-11-05T00:00:00Z'),
      placed('overage', '2026-11-06T00:00:00Z'),
      placed('excess_unbilled', '2026-11-07T00:00:00Z'),
      placed('overage', '2026-12-07T00:00:00Z'),
    ];
    expect(overageOf(...events)).toMatchObject([
      { period: NOVEMBER, requests: 2, amount: cents('0.2'), excessRequests: 1, lateRequests: 0 },
      { period: DECEMBER, requests: 1, amount: RATE, excessRequests: 0 },
    ]);
  });

  it('leaves everything as it is for what is within the allowance, not counted, or no usage', () => {
    const others = (['included', 'repeated', 'exempt'] as const).map((each) => placed(each, '2026-11-05T00:00:00Z'));
    const beforePlans = { ...others[0]!, usage: { plan: null } };
    expect(overageOf(...others, beforePlans, { ...others[0]!, usage: null })).toEqual([]);
  });

  it('freezes a period ten minutes after its end, and keeps what comes later apart', () => {
    expect(overageOf(ON_TIME, LATE)).toMatchObject([
      { period: NOVEMBER, requests: 1, amount: RATE, lateRequests: 1, lateAmount: RATE },
    ]);
  });
});

describe('projectCarriedOverage', () => {
  it('carries the money of a late unit into the period that was running when it came', () => {
    const later = placed('overage', '2026-11-05T00:00:00Z', '2027-01-05T00:00:00Z');
    expect(carriedOf(ON_TIME, LATE, LATE, later)).toMatchObject([
      { source: NOVEMBER, into: DECEMBER, requests: 2, amount: cents('0.2') },
      { source: NOVEMBER, into: calendarMonthOf(at('2027-01-05T00:00:00Z')), requests: 1, amount: RATE },
    ]);
  });

  it('carries nothing of what nobody pays', () => {
    expect(carriedOf(placed('excess_unbilled', '2026-11-05T00:00:00Z', '2027-01-05T00:00:00Z'))).toEqual([]);
  });
});

describe('a period', () => {
  it('is frozen a while after its end', () => {
    expect(frozenAt(NOVEMBER)).toBe(NOVEMBER.end + FREEZE_DELAY_MS);
    expect([isLate(NOVEMBER, NOVEMBER.end), isLate(NOVEMBER, frozenAt(NOVEMBER))]).toEqual([false, true]);
  });
});

describe('forecastOverage', () => {
  const soFar = { period: NOVEMBER, requestsUsed: 600, requestsIncluded: 1_000, incurred: cents('0'), rate: RATE };

  it('goes on at the pace of the period so far', () => {
    expect(forecastOverage(soFar, at('2026-11-16T00:00:00Z'))).toBe(cents('20'));
    expect(forecastOverage({ ...soFar, requestsUsed: 500 }, at('2026-11-16T00:00:00Z'))).toBe(cents('0'));
  });

  it('adds to what is incurred, which no forecast takes back', () => {
    const past = { ...soFar, requestsUsed: 2_000, incurred: cents('7') };
    expect(forecastOverage(past, at('2026-11-16T00:00:00Z'))).toBe(cents('207'));
    expect(forecastOverage({ ...past, rate: null }, at('2026-11-16T00:00:00Z'))).toBe(cents('7'));
  });

  it('is what is incurred before the period begins and once it is over', () => {
    const past = { ...soFar, incurred: cents('7') };
    expect(forecastOverage(past, NOVEMBER.start)).toBe(cents('7'));
    expect(forecastOverage(past, NOVEMBER.end)).toBe(cents('7'));
  });
});

describe('a request that is taken out of the count', () => {
  const units = [
    placed('overage', '2026-11-05T00:00:00Z'),
    placed('overage', '2026-11-06T00:00:00Z'),
    placed('excess_unbilled', '2026-11-07T00:00:00Z'),
  ];

  it('is taken out of the overage of its period, with what it cost, and out of what nobody pays', () => {
    const events = [
      ...units,
      takenBack('overage', '2026-11-05T00:00:00Z', '2026-11-20T00:00:00Z'),
      takenBack('excess_unbilled', '2026-11-07T00:00:00Z', '2026-11-20T00:00:00Z'),
    ];
    expect(overageOf(...events)).toMatchObject([{ requests: 1, amount: RATE, excessRequests: 0, lateRequests: 0 }]);
    expect(carriedOf(...events)).toEqual([]);
  });

  it('lowers the next invoice when its own was made already', () => {
    const late = takenBack('overage', '2026-11-05T00:00:00Z', '2026-12-03T00:00:00Z');
    expect(overageOf(...units, late)).toMatchObject([
      { requests: 2, amount: cents('0.2'), lateRequests: -1, lateAmount: cents('-0.1') },
    ]);
    expect(carriedOf(...units, late)).toEqual([
      { source: NOVEMBER, into: DECEMBER, requests: -1, amount: cents('-0.1') },
    ]);
  });

  it('stays overage when only its credits are given back, and when it was never past the allowance', () => {
    const refunded = takenBack('overage', '2026-11-05T00:00:00Z', '2026-11-20T00:00:00Z', false);
    const included = takenBack('included', '2026-11-05T00:00:00Z');
    expect(overageOf(...units, refunded, included)).toEqual(overageOf(...units));
  });
});
