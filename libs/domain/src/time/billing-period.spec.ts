import { at } from '../../test/a-usage-event';
import { type BillingAnchor, calendarMonthOf, periodHolding } from './billing-period';
import { formatInstant } from './instant';

describe('calendarMonthOf', () => {
  it.each([
    ['2026-11-23T10:00:00Z', '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z', '2027-02-01T00:00:00.000Z'],
    ['2024-02-29T12:00:00Z', '2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['2026-11-30T23:30:00-01:00', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ])('of %s is from %s to %s, in UTC', (text, start, end) => {
    const period = calendarMonthOf(at(text));
    expect([formatInstant(period.start), formatInstant(period.end)]).toEqual([start, end]);
  });
});

describe('periodHolding', () => {
  const anchor = (effectiveAt: string, day: number, hour = 0): BillingAnchor => ({
    effectiveAt: at(effectiveAt),
    day,
    hour,
  });
  const texts = (anchors: BillingAnchor[], text: string): string[] => {
    const period = periodHolding(anchors, at(text));
    return [formatInstant(period.start), formatInstant(period.end)];
  };

  it.each([
    ['2027-01-31T10:00:00Z', '2027-01-31T10:00:00.000Z', '2027-02-28T10:00:00.000Z'],
    ['2027-02-28T10:00:00Z', '2027-02-28T10:00:00.000Z', '2027-03-31T10:00:00.000Z'],
    ['2028-02-29T09:59:59.999Z', '2028-01-31T10:00:00.000Z', '2028-02-29T10:00:00.000Z'],
    ['2028-02-29T10:00:00Z', '2028-02-29T10:00:00.000Z', '2028-03-31T10:00:00.000Z'],
    ['2028-04-30T23:00:00Z', '2028-04-30T10:00:00.000Z', '2028-05-31T10:00:00.000Z'],
  ])('of the 31st at 10:00 holds %s from %s to %s', (text, start, end) => {
    expect(texts([anchor('2026-12-31T10:00:00Z', 31, 10)], text)).toEqual([start, end]);
  });

  it('cuts the calendar month in which an anchor takes effect', () => {
    const anchors = [anchor('2026-11-17T10:00:00Z', 17, 10)];
    expect(texts(anchors, '2026-11-17T09:59:59.999Z')).toEqual([
      '2026-11-01T00:00:00.000Z',
      '2026-11-17T10:00:00.000Z',
    ]);
    expect(texts(anchors, '2026-11-17T10:00:00Z')).toEqual(['2026-11-17T10:00:00.000Z', '2026-12-17T10:00:00.000Z']);
  });

  it('begins a short period where an anchor takes effect on another day than its own', () => {
    const anchors = [anchor('2026-11-17T10:00:00Z', 20), anchor('2026-12-01T00:00:00Z', 1)];
    expect(texts(anchors, '2026-11-18T00:00:00Z')).toEqual(['2026-11-17T10:00:00.000Z', '2026-11-20T00:00:00.000Z']);
    expect(texts(anchors, '2026-11-20T00:00:00Z')).toEqual(['2026-11-20T00:00:00.000Z', '2026-12-01T00:00:00.000Z']);
    expect(texts(anchors, '2026-12-01T00:00:00Z')).toEqual(['2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z']);
  });

  it('takes the later of two anchors that take effect at once', () => {
    const anchors = [anchor('2026-11-17T00:00:00Z', 5), anchor('2026-11-17T00:00:00Z', 9)];
    expect(texts(anchors, '2026-11-18T00:00:00Z')).toEqual(['2026-11-17T00:00:00.000Z', '2026-12-09T00:00:00.000Z']);
  });
});
