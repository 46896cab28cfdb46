import { aHold } from '../../test/an-admission';
import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import type { Hold } from './hold';
import { HoldBook } from './hold-book';

const LATER = at('2026-11-23T10:10:00Z');

function aBookWith(...holds: Partial<Hold>[]): HoldBook {
  const book = new HoldBook();
  for (const hold of holds) book.open(aHold(hold));
  return book;
}

function sumsOf(book: HoldBook): unknown[] {
  return [book.openHolds, book.openAmount, book.openRequests];
}

describe('HoldBook', () => {
  it('keeps sums of what is open, by team too', () => {
    const book = aBookWith(
      { teamId: 'search' },
      { requestId: 'req_2', teamId: 'search', amount: cents('2') },
      { requestId: 'req_3' },
    );
    expect(sumsOf(book)).toEqual([3, cents('4'), 3]);
    expect([book.openAmountOf('search'), book.openAmountOf('ads')]).toEqual([cents('3'), cents('0')]);
    expect([...book.listOpen()].map(({ requestId }) => requestId)).toEqual(['req_1', 'req_2', 'req_3']);
  });

  it('takes one slot of the allowance for all attempts of a request', () => {
    const book = aBookWith({ attemptId: 'a' }, { attemptId: 'b' });
    expect(sumsOf(book)).toEqual([2, cents('2'), 1]);
    expect([book.needsSlot('req_1'), book.needsSlot('req_2')]).toEqual([false, true]);
    book.release({ requestId: 'req_1', attemptId: 'a' });
    expect(sumsOf(book)).toEqual([1, cents('1'), 1]);
    book.release({ requestId: 'req_1', attemptId: 'b' });
    expect(sumsOf(book)).toEqual([0, cents('0'), 0]);
    expect(book.needsSlot('req_1')).toBe(true);
  });

  it('gives up the slot of a request that was counted, also while another attempt is open', () => {
    const book = aBookWith({ attemptId: 'a' }, { attemptId: 'b' });
    expect(book.settle({ requestId: 'req_1', attemptId: 'a' })?.attemptId).toBe('a');
    book.countRequest('req_1');
    expect(sumsOf(book)).toEqual([1, cents('1'), 0]);
    expect(book.needsSlot('req_1')).toBe(false);
    book.release({ requestId: 'req_1', attemptId: 'b' });
    expect(book.openRequests).toBe(0);
  });

  it('settles the hold of the attempt, or the one that names none', () => {
    const book = aBookWith({ attemptId: null, holdId: 'whole' }, { attemptId: 'a', holdId: 'attempt' });
    expect(book.settle({ requestId: 'req_1', attemptId: 'a' })?.holdId).toBe('attempt');
    expect(book.settle({ requestId: 'req_1', attemptId: 'b' })?.holdId).toBe('whole');
    expect(book.settle({ requestId: 'req_1', attemptId: 'c' })).toBeNull();
  });

  it('does not settle the hold of another attempt', () => {
    expect(aBookWith({ attemptId: 'a' }).settle({ requestId: 'req_1', attemptId: 'b' })).toBeNull();
  });

  it('knows a settled attempt until its hold would have expired', () => {
    const book = aBookWith({});
    book.settle(aHold());
    expect(book.find(aHold())?.state).toBe('settled');
    expect(book.release(aHold())).toBeNull();
    expect(book.expire(LATER)).toEqual([]);
    expect(book.find(aHold())).toBeNull();
  });

  it('counts a hold that nobody ended as leaked, and gives it back', () => {
    const book = aBookWith({}, { requestId: 'req_2', expiresAt: at('2026-11-23T10:10:01Z') });
    expect(book.expire(at('2026-11-23T10:09:59.999Z'))).toEqual([]);
    expect(book.expire(LATER).map(({ requestId }) => requestId)).toEqual(['req_1']);
    expect(sumsOf(book)).toEqual([1, cents('1'), 1]);
    expect(book.leaked).toMatchObject({ holds: 1, amount: cents('1'), newest: [{ requestId: 'req_1' }] });
  });

  it('takes a released key anew', () => {
    const book = aBookWith({});
    expect(book.release(aHold())?.holdId).toBe('hld_1');
    book.open(aHold({ holdId: 'hld_2' }));
    expect(book.find(aHold())).toMatchObject({ hold: { holdId: 'hld_2' }, state: 'open' });
  });

  it('never has two holds under one key', () => {
    expect(() => aBookWith({}, {})).toThrow('one hold at a time');
  });

  it('asks as much of a hundred thousand open holds as of none', () => {
    const book = new HoldBook();
    for (let number = 0; number < 100_000; number += 1) book.open(aHold({ requestId: `req_${number}` }));
    expect(book.openAmount).toBe(cents('100000'));
    const began = performance.now();
    for (let number = 0; number < 1_000; number += 1) {
      const key = { requestId: `new_${number}`, attemptId: null };
      book.expire(at('2026-11-23T10:00:01Z'));
      book.open(aHold(key));
      book.release(key);
    }
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
