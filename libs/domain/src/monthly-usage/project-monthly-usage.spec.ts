import { anUnhashedAdjustment, aStream, postedUsage } from '../../test/a-ledger-event';
import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { GENESIS_HASH } from '../ledger/hash-ledger-event';
import type { LedgerEvent } from '../ledger/ledger-event';
import { type MonthlyUsage, monthlyUsageKey, projectMonthlyUsage } from './project-monthly-usage';

const NOVEMBER = { periodStart: at('2026-11-01T00:00:00Z'), periodEnd: at('2026-12-01T00:00:00Z') };
const DECEMBER = { periodStart: at('2026-12-01T00:00:00Z'), periodEnd: at('2027-01-01T00:00:00Z') };

function monthsOf(...events: LedgerEvent[]): MonthlyUsage[] {
  const months = new Map<number, MonthlyUsage>();
  for (const event of events) projectMonthlyUsage(months, event, []);
  return [...months.values()];
}

describe('projectMonthlyUsage', () => {
  it('counts requests and sums what they cost, as a positive amount', () => {
    const first = postedUsage(aStream()).event;
    const retry = postedUsage(aStream(), {}, { requestAlreadyCounted: true }).event;
    const failed = postedUsage(aStream(), { outcome: 'upstream_error' }).event;
    expect(monthsOf(first, retry, failed)).toEqual([
      { ...NOVEMBER, origin: 'gateway', requests: 1, spend: cents('0.7') },
    ]);
  });

  it('keeps origins apart', () => {
    const months = monthsOf(postedUsage(aStream()).event, postedUsage(aStream(), { origin: 'playground' }).event);
    expect(months.map(({ origin, requests }) => [origin, requests])).toEqual([
      ['gateway', 1],
      ['playground', 1],
    ]);
  });

  it('takes the month in which it occurred, not the one in which it was recorded', () => {
    const late = { recordedAt: at('2026-12-05T00:00:00Z') };
    const last = postedUsage(aStream(), { occurredAt: at('2026-11-30T23:59:59.999Z') }, late).event;
    const first = postedUsage(aStream(), { occurredAt: at('2026-12-01T00:00:00Z') }, late).event;
    expect(monthsOf(last, first)).toMatchObject([NOVEMBER, DECEMBER]);
  });

  it('leaves the months as they are for what is no usage', () => {
    expect(monthsOf({ ...anUnhashedAdjustment(), hash: GENESIS_HASH })).toEqual([]);
  });

  it('keeps each month under its start and origin', () => {
    const months = new Map<number, MonthlyUsage>();
    projectMonthlyUsage(months, postedUsage(aStream()).event, []);
    expect([...months.keys()]).toEqual([monthlyUsageKey(NOVEMBER.periodStart, 'gateway')]);
    expect(monthlyUsageKey(NOVEMBER.periodStart, 'gateway')).not.toBe(
      monthlyUsageKey(NOVEMBER.periodStart, 'playground'),
    );
  });
});
