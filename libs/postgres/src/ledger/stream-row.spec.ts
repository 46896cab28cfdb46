import { formatInstant } from '@floopy/domain';
import { readInstant } from './stream-values';

describe('readInstant', () => {
  it.each([
    ['2026-11-23 10:00:00+00', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23 10:00:00.1+00', '2026-11-23T10:00:00.100Z'],
    ['2026-02-28 23:59:59.29+00', '2026-02-28T23:59:59.290Z'],
    ['2024-02-29 00:00:00.999+00', '2024-02-29T00:00:00.999Z'],
    ['1970-01-01 00:00:00+00', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31 23:59:59.999+00', '9999-12-31T23:59:59.999Z'],
  ])('reads %s as Postgres writes it', (text, expected) => {
    expect(formatInstant(readInstant(text))).toBe(expected);
  });

  it.each([
    ['2026-11-23 10:00:00.0001+00'],
    ['2026-11-23 10:00:00.000001+00'],
    ['2026-11-23 10:00:00+05:30'],
    ['2026-11-23 10:00:00+01'],
    ['12026-11-23 10:00:00+00'],
    ['0044-03-15 12:00:00+00 BC'],
    ['infinity'],
    ['none'],
    [''],
  ])('refuses %p, which was not written by us', (text) => {
    expect(() => readInstant(text)).toThrow('is no time in whole milliseconds');
  });

  it('reads every millisecond of a second back', () => {
    for (let ms = 1; ms < 1_000; ms += 1) {
      // Postgres leaves zeros at the end of a fraction out.
      const fraction = String(ms).padStart(3, '0').replace(/0+$/, '');
      expect(readInstant(`2026-11-23 10:00:00.${fraction}+00`)).toBe(Date.UTC(2026, 10, 23, 10, 0, 0, ms));
    }
  });
});
