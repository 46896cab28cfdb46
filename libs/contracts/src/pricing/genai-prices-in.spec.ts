import { type Interval, parseInstant } from '@floopy/domain';
import type { GenaiConditionalPrices } from './genai-catalogue';
import { pricesIn } from './genai-prices-in';

const from = (start: string, end: string | null = null): Interval => ({
  start: parseInstant(`${start}T00:00:00Z`)!,
  end: end === null ? null : parseInstant(`${end}T00:00:00Z`)!,
});
const since = (startDate: string, input: number): GenaiConditionalPrices => ({
  constraint: { type: 'start_date', start_date: startDate },
  prices: { input_mtok: input },
});

const O3: GenaiConditionalPrices[] = [{ prices: { input_mtok: 10 } }, since('2025-06-10', 2), since('2026-01-01', 1)];

describe('pricesIn', () => {
  it('are the prices themselves, where there is only one set', () => {
    expect(pricesIn({ input_mtok: 3 }, from('2020-01-01'))).toEqual({ type: 'prices', prices: { input_mtok: 3 } });
  });

  it.each([
    ['before the first change', from('2020-01-01', '2025-06-10'), 10],
    ['from one change to the next', from('2025-06-10', '2026-01-01'), 2],
    ['inside of that', from('2025-07-01', '2025-08-01'), 2],
    ['from the last change on', from('2026-01-01'), 1],
    ['later', from('2026-11-23'), 1],
  ])('are those in force %s', (_, interval, input) => {
    expect(pricesIn(O3, interval)).toEqual({ type: 'prices', prices: { input_mtok: input } });
  });

  it.each([
    ['2025-06-10', from('2020-01-01')],
    ['2025-06-10', from('2025-06-09', '2025-06-11')],
    ['2026-01-01', from('2025-06-10')],
  ])('are undecided when they change inside the interval, on %s', (day, interval) => {
    expect(pricesIn(O3, interval)).toEqual({
      type: 'undecided',
      reason: 'price_changes_in_interval',
      detail: `another price from ${day}`,
    });
  });

  it('are those of the last of two conditions that hold, as in the catalogue', () => {
    const twice = [{ prices: {} }, since('2026-01-01', 5), since('2025-01-01', 6)];
    expect(pricesIn(twice, from('2026-11-23'))).toEqual({ type: 'prices', prices: { input_mtok: 6 } });
  });

  it('are undecided when they depend on the time of day', () => {
    const byHour: GenaiConditionalPrices[] = [
      { prices: { input_mtok: 1 } },
      {
        constraint: { type: 'time_of_date', start_time: '00:30:00Z', end_time: '16:30:00Z' },
        prices: { input_mtok: 2 },
      },
    ];
    expect(pricesIn(byHour, from('2026-11-23'))).toEqual({
      type: 'undecided',
      reason: 'price_by_time_of_day',
      detail: 'other prices from 00:30:00Z to 16:30:00Z',
    });
  });

  it('are undecided when a start date is no day', () => {
    expect(pricesIn([since('2026-02-30', 1)], from('2026-11-23'))).toEqual({
      type: 'undecided',
      reason: 'invalid_price',
      detail: 'start date 2026-02-30',
    });
  });

  it('are the first ones when no condition holds', () => {
    const later = [since('2026-06-01', 1), since('2026-07-01', 2)];
    expect(pricesIn(later, from('2026-01-01', '2026-02-01'))).toEqual({ type: 'prices', prices: { input_mtok: 1 } });
  });
});
