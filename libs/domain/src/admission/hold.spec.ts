import { at } from '../../test/a-usage-event';
import { formatInstant, instantOfMilliseconds } from '../time/instant';
import { ExpiryWheel } from './expiry-wheel';
import { expiryOf, holdKeyText } from './hold';

describe('expiryOf', () => {
  it('is the whole second at which the lifetime is over, or the next one', () => {
    expect(formatInstant(expiryOf(at('2026-11-23T10:00:00Z'), 600))).toBe('2026-11-23T10:10:00.000Z');
    expect(formatInstant(expiryOf(at('2026-11-23T10:00:00.001Z'), 600))).toBe('2026-11-23T10:10:01.000Z');
  });
});

describe('holdKeyText', () => {
  it('tells attempts of a request from each other and from the only one', () => {
    const keys = [null, 'a', 'b'].map((attemptId) => holdKeyText({ requestId: 'req_1', attemptId }));
    expect(new Set(keys).size).toBe(3);
  });
});

describe('ExpiryWheel', () => {
  const second = (number: number) => instantOfMilliseconds(number * 1_000);

  it('gives out what is due, oldest first, once', () => {
    const wheel = new ExpiryWheel();
    wheel.add('c', second(30));
    wheel.add('a', second(10));
    wheel.add('b', second(20));
    expect(wheel.takeDue(instantOfMilliseconds(9_999))).toEqual([]);
    expect(wheel.takeDue(second(20))).toEqual(['a', 'b']);
    expect(wheel.takeDue(second(20))).toEqual([]);
    expect(wheel.takeDue(second(1_000_000_000))).toEqual(['c']);
  });

  it('gives out what was due before it came', () => {
    const wheel = new ExpiryWheel();
    wheel.add('a', second(10));
    wheel.takeDue(second(50));
    wheel.add('late', second(40));
    wheel.add('b', second(60));
    expect(wheel.takeDue(second(51))).toEqual(['late']);
    expect(wheel.takeDue(second(60))).toEqual(['b']);
  });

  it('forgets what was taken out', () => {
    const wheel = new ExpiryWheel();
    wheel.add('a', second(10));
    wheel.add('b', second(10));
    wheel.remove('a', second(10));
    wheel.remove('nothing', second(11));
    expect(wheel.takeDue(second(10))).toEqual(['b']);
  });
});
