import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { burnPerDay, burnRateOf, dayOfZero, daysLeft, forecastCredits } from './burn-rate';
import type { HourlySpend } from './project-hourly-spend';

const NOW = at('2026-11-23T12:00:00Z');

function spent(time: string, amount: string): HourlySpend {
  return { hour: at(time), spend: cents(amount), requests: 1 };
}

describe('burnRateOf', () => {
  it('is what was spent in the last week', () => {
    const hours = [
      spent('2026-11-16T11:00:00Z', '1000'),
      spent('2026-11-16T12:00:00Z', '70'),
      spent('2026-11-23T12:00:00Z', '70'),
      spent('2026-11-23T13:00:00Z', '1000'),
    ];
    const burn = burnRateOf(hours, NOW);
    expect(burn).toEqual({ spend: cents('140'), elapsedMs: 7 * 86_400_000 });
    expect(burn === null ? null : burnPerDay(burn)).toBe(cents('20'));
  });

  it('begins with the first spending of an organization that is younger', () => {
    expect(burnRateOf([spent('2026-11-23T10:00:00Z', '4')], NOW)).toEqual({ spend: cents('4'), elapsedMs: 7_200_000 });
    expect(burnRateOf([spent('2026-11-23T12:00:00Z', '4')], NOW)?.elapsedMs).toBe(1);
  });

  it('is none when nothing was spent', () => {
    expect([burnRateOf([], NOW), burnRateOf([spent('2026-11-23T10:00:00Z', '0')], NOW)]).toEqual([null, null]);
  });
});

describe('the day of zero', () => {
  const burn = { spend: cents('140'), elapsedMs: 7 * 86_400_000 };

  it('comes when what is left was spent at the same rate', () => {
    expect(dayOfZero(cents('30'), burn, NOW)).toBe(at('2026-11-25T00:00:00Z'));
    expect([daysLeft(cents('30'), burn, NOW), daysLeft(cents('40'), burn, NOW)]).toEqual([1, 2]);
  });

  it('is shown together with what goes in a day', () => {
    expect(forecastCredits(cents('30'), burn, NOW)).toEqual({
      perDay: cents('20'),
      daysLeft: 1,
      zeroOn: at('2026-11-25T00:00:00Z'),
    });
  });

  it('is now when nothing is left', () => {
    expect([dayOfZero(cents('0'), burn, NOW), dayOfZero(cents('-1'), burn, NOW)]).toEqual([NOW, NOW]);
    expect(daysLeft(cents('-1'), burn, NOW)).toBe(0);
  });

  it('is none within the calendar when the credits last for longer', () => {
    expect(dayOfZero(cents('100000000000000'), burn, NOW)).toBeNull();
    expect(daysLeft(cents('100000000000000'), burn, NOW)).toBeNull();
  });
});
