import { aHold, anAdmissionRequest, aSettlingUsage, aSnapshot, theLimits } from '../../test/an-admission';
import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { calendarMonthOf } from '../time/billing-period';
import { AdmissionBook, type AdmissionDecision } from './admission-book';
import type { AdmissionLimits, AdmissionRequest } from './admission-limits';
import { standingExcess } from './overshoot';
import type { AdmissionSnapshot, SettlingEntry } from './settlement';

const NOW = at('2026-11-23T10:00:00Z');
const NOVEMBER = calendarMonthOf(NOW).start;

function aBook(stated: Partial<AdmissionSnapshot> = {}): AdmissionBook {
  return new AdmissionBook(aSnapshot({ position: 5, balance: cents('3'), ...stated }));
}

function ask(
  book: AdmissionBook,
  stated: Partial<AdmissionRequest> = {},
  limits: Partial<AdmissionLimits> = {},
  now = NOW,
): AdmissionDecision {
  const request = anAdmissionRequest(stated);
  return book.decide({ request, limits: theLimits(limits), holdId: `hld_${request.requestId}`, now });
}

function settle(book: AdmissionBook, ...entries: SettlingEntry[]) {
  return book.settle({ from: book.position, to: book.position + entries.length, entries });
}

describe('AdmissionBook', () => {
  it('admits with a hold and what is left beside it', () => {
    expect(ask(aBook(), { teamId: 'search' }, { teamLimit: cents('2') })).toEqual({
      type: 'admitted',
      hold: aHold({ holdId: 'hld_req_1', teamId: 'search' }),
      remaining: { balance: cents('2'), requests: 999, teamBudget: cents('1') },
    });
  });

  it('gives the same answer while the hold is open, and sets nothing aside again', () => {
    const book = aBook();
    const first = ask(book);
    const again = ask(book, {}, { status: 'suspended' }, at('2026-11-23T10:05:00Z'));
    expect(again.type).toBe('repeated');
    expect(again).toMatchObject({ hold: first.type === 'admitted' ? first.hold : null });
    expect(book.holds.openAmount).toBe(cents('1'));
  });

  it('decides anew what was refused, released or has expired, and never what was settled', () => {
    const book = aBook({ balance: cents('0') });
    expect(ask(book).type).toBe('refused');
    settle(book, { type: 'credit', amount: cents('1') });
    expect(ask(book).type).toBe('admitted');
    expect(ask(book, { requestId: 'req_2' }).type).toBe('refused');
    book.release({ requestId: 'req_1', attemptId: null }, NOW);
    expect(ask(book, { requestId: 'req_2' }).type).toBe('admitted');
    expect(ask(book, { requestId: 'req_3' }, {}, at('2026-11-23T10:10:00Z')).type).toBe('admitted');
    settle(book, aSettlingUsage({ requestId: 'req_3' }));
    expect(ask(book, { requestId: 'req_3' }, {}, at('2026-11-23T10:11:00Z')).type).toBe('settled');
  });

  it('turns a hold into its charge and a slot into its count', () => {
    const book = aBook();
    ask(book, { teamId: 'search' });
    expect(settle(book, aSettlingUsage({ charge: cents('0.4'), teamId: 'search' }))).toMatchObject({
      type: 'applied',
      settled: [{ requestId: 'req_1' }],
    });
    const standing = book.standingFor({ requestId: 'req_2', teamId: 'search' }, theLimits());
    expect(standing).toEqual({
      balance: cents('2.6'),
      held: cents('0'),
      requestsUsed: 1,
      requestsHeld: 0,
      needsSlot: true,
      teamSpent: cents('0.4'),
      teamHeld: cents('0'),
    });
  });

  it('leaves the hold of an attempt that failed upstream', () => {
    const book = aBook();
    ask(book);
    settle(book, aSettlingUsage({ isServed: false, isRequestCounted: false, counts: false, charge: cents('0') }));
    expect([book.holds.openHolds, book.holds.openRequests]).toEqual([1, 1]);
  });

  it('absorbs each entry once, and says what it missed', () => {
    const book = aBook();
    expect(book.settle({ from: 6, to: 7, entries: [aSettlingUsage()] })).toEqual({ type: 'gap', position: 5 });
    expect(book.settle({ from: 3, to: 5, entries: [aSettlingUsage(), aSettlingUsage()] })).toEqual({ type: 'ignored' });
    expect(book.settle({ from: 4, to: 6, entries: [aSettlingUsage(), aSettlingUsage()] }).type).toBe('gap');
    expect([book.position, book.balance]).toEqual([5, cents('3')]);
  });

  it('begins a new period at nothing, with what was admitted before it still on its way', () => {
    const book = aBook({ uses: [{ periodStart: NOVEMBER, requests: 1_000, teamSpend: new Map() }] });
    expect(ask(book).type).toBe('refused');
    const december = calendarMonthOf(at('2026-12-01T00:00:00Z'));
    expect(ask(book, {}, { period: december }, december.start)).toMatchObject({
      type: 'admitted',
      remaining: { requests: 999 },
    });
  });

  it('goes on with the holds and uses that it is given', () => {
    const uses = [{ periodStart: NOVEMBER, requests: 999, teamSpend: new Map([['search', cents('2')]]) }];
    const book = aBook({ uses, holds: [aHold({ teamId: 'search' })] });
    expect(ask(book, { requestId: 'req_2' })).toMatchObject({ refusal: { code: 'monthly_limit_reached', held: 1 } });
    expect(ask(book, { attemptId: 'b', teamId: 'search' }, { teamLimit: cents('3') })).toMatchObject({
      refusal: { code: 'team_budget_reached', used: cents('2'), held: cents('1') },
    });
  });

  it('goes on from a later position with what it knows, and ends what the ledger settled before it', () => {
    const book = aBook();
    ask(book);
    ask(book, { requestId: 'req_2' });
    const settled = [
      { hold: aHold({ holdId: 'hld_req_1' }), isRequestCounted: true },
      { hold: aHold({ holdId: 'hld_of_before', requestId: 'req_2' }), isRequestCounted: false },
    ];
    book.reload(aSnapshot({ position: 9, balance: cents('0.5'), settled }));
    expect([book.position, book.balance, book.holds.openAmount]).toEqual([9, cents('0.5'), cents('1')]);
    expect([ask(book).type, ask(book, { requestId: 'req_2' }).type]).toEqual(['settled', 'repeated']);
    expect(standingExcess(book.overshoot)).toBe(cents('0.5'));
    expect(() => book.reload(aSnapshot({ position: 8 }))).toThrow('not unlearnt');
  });

  it('tells by cause what took the credits past zero', () => {
    const book = aBook({ balance: cents('1') });
    ask(book);
    settle(book, aSettlingUsage({ charge: cents('1.5') }));
    expect(book.overshoot.caused).toMatchObject({ above_hold: cents('0.5'), late_settlement: cents('0') });
    settle(book, aSettlingUsage({ requestId: 'req_2', charge: cents('2') }), { type: 'credit', amount: cents('-1') });
    expect(book.overshoot.caused).toMatchObject({ late_settlement: cents('2'), refund: cents('1') });
    settle(book, { type: 'credit', amount: cents('3') });
    expect([book.overshoot.recovered, standingExcess(book.overshoot)]).toEqual([cents('3'), cents('0.5')]);
  });

  it('makes good by giving back', () => {
    const book = aBook({ balance: cents('2') });
    ask(book);
    ask(book, { requestId: 'req_2' });
    settle(book, { type: 'credit', amount: cents('-2') });
    expect(standingExcess(book.overshoot)).toBe(cents('2'));
    book.release({ requestId: 'req_1', attemptId: null }, NOW);
    expect(standingExcess(book.overshoot)).toBe(cents('1'));
    expect(book.expire(at('2026-11-23T10:10:00Z'))).toHaveLength(1);
    expect(standingExcess(book.overshoot)).toBe(cents('0'));
  });
});
