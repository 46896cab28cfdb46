import { at } from '../../test/a-usage-event';
import {
  formatInstant,
  instantOfMilliseconds,
  type Interval,
  intervalHolds,
  intervalsOverlap,
  LATEST_INSTANT,
  parseInstant,
} from './instant';

describe('parseInstant', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-11-23T10:00:00.123Z', 1_795_428_000_123],
    ['2026-11-23t10:00:00.1z', 1_795_428_000_100],
    ['2026-11-23T10:00:00.12Z', 1_795_428_000_120],
    ['2026-11-23T10:00:00.123999999Z', 1_795_428_000_123],
    ['2026-11-23T12:30:00+02:30', 1_795_428_000_000],
    ['2026-11-23T00:30:00-09:30', 1_795_428_000_000],
    ['2026-11-23T10:00:00-00:00', 1_795_428_000_000],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000],
    ['2000-02-29T23:59:59Z', 951_868_799_000],
    ['1970-01-01T23:59:00+23:59', 0],
    ['1969-12-31T23:00:00-01:00', 0],
    ['9999-12-31T23:59:59.999Z', LATEST_INSTANT],
  ])('reads %s', (text, milliseconds) => {
    expect(parseInstant(text)).toBe(milliseconds);
  });

  it.each([
    ['February 30', '2026-02-30T00:00:00Z'],
    ['February 29 of a common year', '2026-02-29T00:00:00Z'],
    ['February 29 of a century that is no leap year', '2100-02-29T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['month 0', '2026-00-10T00:00:00Z'],
    ['day 0', '2026-01-00T00:00:00Z'],
    ['April 31', '2026-04-31T00:00:00Z'],
    ['hour 24', '2026-11-23T24:00:00Z'],
    ['minute 60', '2026-11-23T10:60:00Z'],
    ['a leap second', '2026-12-31T23:59:60Z'],
    ['an offset of 24 hours', '2026-11-23T10:00:00+24:00'],
    ['an offset of 60 minutes', '2026-11-23T10:00:00+01:60'],
    ['no offset', '2026-11-23T10:00:00'],
    ['an offset without a colon', '2026-11-23T10:00:00+0100'],
    ['a space between day and time', '2026-11-23 10:00:00Z'],
    ['a point without decimals', '2026-11-23T10:00:00.Z'],
    ['ten decimals', '2026-11-23T10:00:00.0123456789Z'],
    ['a day alone', '2026-11-23'],
    ['a year of five digits', '12026-11-23T10:00:00Z'],
    ['text before it', 'x2026-11-23T10:00:00Z'],
    ['text after it', '2026-11-23T10:00:00Zx'],
    ['a time before 1970', '1969-12-31T23:59:59.999Z'],
    ['an offset that leads to before 1970', '1970-01-01T00:00:00+00:01'],
    ['an offset that leads past 9999', '9999-12-31T23:59:59.999-00:01'],
    ['year 0', '0000-01-01T00:00:00Z'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(parseInstant(text)).toBeNull();
  });
});

describe('formatInstant', () => {
  it('writes UTC with milliseconds', () => {
    expect(formatInstant(instantOfMilliseconds(1_795_428_000_123))).toBe('2026-11-23T10:00:00.123Z');
    expect(formatInstant(LATEST_INSTANT)).toBe('9999-12-31T23:59:59.999Z');
  });
});

const november: Interval = { start: at('2026-11-01T00:00:00Z'), end: at('2026-12-01T00:00:00Z') };

describe('intervalHolds', () => {
  it.each([
    ['2026-10-31T23:59:59.999Z', false],
    ['2026-11-01T00:00:00.000Z', true],
    ['2026-11-30T23:59:59.999Z', true],
    ['2026-12-01T00:00:00.000Z', false],
  ])('is half-open: of November, %s is %s', (text, held) => {
    expect(intervalHolds(november, at(text))).toBe(held);
  });

  it('holds everything from its start on when it has no end', () => {
    expect(intervalHolds({ start: november.start, end: null }, LATEST_INSTANT)).toBe(true);
    expect(intervalHolds({ start: november.start, end: null }, at('2026-10-31T23:59:59.999Z'))).toBe(false);
  });
});

describe('intervalsOverlap', () => {
  const from = (start: string, end: string | null): Interval => ({
    start: at(`2026-${start}T00:00:00Z`),
    end: end === null ? null : at(`2026-${end}T00:00:00Z`),
  });

  it.each([
    ['one inside the other', from('11-10', '11-20'), true],
    ['one that begins in it', from('11-30', '12-10'), true],
    ['one that ends in it', from('10-01', '11-02'), true],
    ['one that begins where it ends', from('12-01', '12-10'), false],
    ['one that ends where it begins', from('10-01', '11-01'), false],
    ['one without an end that begins before it', from('01-01', null), true],
    ['one without an end that begins at its end', from('12-01', null), false],
  ])('of November and %s', (_, other, overlap) => {
    expect(intervalsOverlap(november, other)).toBe(overlap);
    expect(intervalsOverlap(other, november)).toBe(overlap);
  });

  it('of two without an end is always so', () => {
    expect(intervalsOverlap(from('01-01', null), from('06-01', null))).toBe(true);
  });
});
