import { at } from '../../test/a-usage-event';
import { calendarMonthOf } from './billing-period';
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
