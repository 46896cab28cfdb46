import * as fc from 'fast-check';
import { aPlan } from '../../test/a-plan';
import { anAdmissionRequest, aSnapshot, theLimits } from '../../test/an-admission';
import { at } from '../../test/a-usage-event';
import { type Amount, amountOfUnits } from '../money/amount';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import { AdmissionBook } from './admission-book';
import { standingExcess } from './overshoot';
import type { SettlingEntry } from './settlement';

/*
 * An oracle that keeps everything and adds it up anew for every question. It shares no function with the book.
 */

const START = at('2026-11-30T23:50:00Z');
const TURN = at('2026-12-01T00:00:00Z');
const LIFETIME_MS = 60_000;

interface OracleHold {
  readonly key: string;
  readonly request: string;
  readonly team: string | null;
  readonly amount: bigint;
  readonly until: number;
  state: 'open' | 'settled' | 'gone';
}

interface World {
  now: number;
  readonly ledger: {
    readonly amount: bigint;
    readonly request: string | null;
    readonly team: string | null;
    readonly december: boolean;
    readonly counts: boolean;
  }[];
  readonly holds: OracleHold[];
  teamLimit: bigint | null;
  included: number;
  overage: boolean;
  /** Requests that were seen to count while one of their holds was remembered. */
  readonly countedWhileHeld: Set<string>;
}

const aRequestId = fc.integer({ min: 1, max: 4 }).map((number) => `req_${number}`);
const anAttempt = fc.constantFrom(null, null, 'a', 'b');
const aTeam = fc.constantFrom(null, 'search', 'ads');
const money = fc.integer({ min: 0, max: 12 }).map(BigInt);

const anAct = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('admit' as const),
      request: aRequestId,
      attempt: anAttempt,
      team: aTeam,
      amount: money,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('usage' as const),
      request: aRequestId,
      attempt: anAttempt,
      team: aTeam,
      amount: money,
      served: fc.constantFrom(true, true, true, false),
      december: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('release' as const), request: aRequestId, attempt: anAttempt }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('credit' as const),
      amount: fc.integer({ min: -10, max: 25 }).map(BigInt),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('wait' as const), ms: fc.constantFrom(1, 999, 10_000, 30_000, 61_000) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('limit' as const), limit: fc.option(money, { nil: null }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('plan' as const),
      included: fc.integer({ min: 0, max: 5 }),
      overage: fc.boolean(),
    }),
  },
);
type Act = typeof anAct extends fc.Arbitrary<infer Value> ? Value : never;

function keyOf({ request, attempt }: { request: string; attempt: string | null }): string {
  return `${request}/${attempt ?? '-'}`;
}

function openIn(world: World): OracleHold[] {
  for (const hold of world.holds) if (hold.until <= world.now && hold.state !== 'gone') hold.state = 'gone';
  for (const request of world.countedWhileHeld)
    if (!isRemembered(world, request)) world.countedWhileHeld.delete(request);
  return world.holds.filter(({ state }) => state === 'open');
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

function countedIn(world: World, request: string): boolean {
  return world.ledger.some((entry) => entry.request === request && entry.counts);
}

/** What the decision has to be, added up from everything that ever happened. */
function expectedFor(world: World, { request, attempt, team, amount }: Extract<Act, { act: 'admit' }>): string {
  const open = openIn(world);
  const known = world.holds.find(({ key, state }) => key === keyOf({ request, attempt }) && state !== 'gone');
  if (known !== undefined) return known.state === 'open' ? 'repeated' : 'settled';
  const isDecember = world.now >= TURN;
  const inPeriod = world.ledger.filter(({ december }) => december === isDecember);
  const requestsHeld = new Set(open.map((hold) => hold.request).filter((held) => !world.countedWhileHeld.has(held)));
  const needsSlot = !open.some((hold) => hold.request === request) && !world.countedWhileHeld.has(request);
  const used = inPeriod.filter(({ counts }) => counts).length;
  if (needsSlot && !world.overage && used + requestsHeld.size >= world.included) return 'monthly_limit_reached';
  if (team !== null && world.teamLimit !== null) {
    const spent = sum(inPeriod.filter((entry) => entry.team === team).map((entry) => -entry.amount));
    const held = sum(open.filter((hold) => hold.team === team).map((hold) => hold.amount));
    if (spent + held + amount > world.teamLimit) return 'team_budget_reached';
  }
  const available = sum(world.ledger.map((entry) => entry.amount)) - sum(open.map((hold) => hold.amount));
  return amount <= available ? 'admitted' : 'insufficient_credits';
}

function isRemembered(world: World, request: string): boolean {
  return world.holds.some((hold) => hold.request === request && hold.state !== 'gone');
}

function run(acts: readonly Act[], seen: Map<string, number>): void {
  const world: World = {
    now: START,
    ledger: [{ amount: 20n, request: null, team: null, december: false, counts: false }],
    holds: [],
    teamLimit: null,
    included: 3,
    overage: false,
    countedWhileHeld: new Set(),
  };
  const book = new AdmissionBook(aSnapshot({ position: 1, balance: amountOfUnits(20n) }));
  for (const act of acts) {
    step(act, world, book, seen);
    book.expire(instantOfMilliseconds(world.now));
    const open = openIn(world);
    const left = sum(world.ledger.map((entry) => entry.amount)) - sum(open.map((hold) => hold.amount));
    expect(book.holds.openAmount).toBe(sum(open.map((hold) => hold.amount)));
    expect(book.holds.openHolds).toBe(open.length);
    expect(standingExcess(book.overshoot)).toBe(left < 0n ? -left : 0n);
  }
}

function step(act: Act, world: World, book: AdmissionBook, seen: Map<string, number>): void {
  switch (act.act) {
    case 'admit':
      return admit(act, world, book, seen);
    case 'usage':
      return use(act, world, book);
    case 'release':
      return release(act, world, book);
    case 'credit':
      world.ledger.push({ amount: act.amount, request: null, team: null, december: false, counts: false });
      return append(book, { type: 'credit', amount: act.amount as Amount });
    case 'wait':
      world.now += act.ms;
      return undefined;
    case 'limit':
      world.teamLimit = act.limit;
      return undefined;
    case 'plan':
      world.included = act.included;
      world.overage = act.overage;
      return undefined;
  }
}

function append(book: AdmissionBook, entry: SettlingEntry): void {
  expect(book.settle({ from: book.position, to: book.position + 1, entries: [entry] }).type).toBe('applied');
}

function admit(
  act: Extract<Act, { act: 'admit' }>,
  world: World,
  book: AdmissionBook,
  seen: Map<string, number>,
): void {
  const expected = expectedFor(world, act);
  const isDecember = world.now >= TURN;
  const { request: requestId, attempt: attemptId, team: teamId } = act;
  const limits = theLimits({
    cost: { type: 'bounded', amount: act.amount as Amount },
    plan: aPlan({
      includedRequests: world.included,
      hold: { lifetimeSeconds: LIFETIME_MS / 1_000, assumedOutputTokens: 1 },
    }),
    isOverageBilled: world.overage,
    teamLimit: teamId === null ? null : (world.teamLimit as Amount | null),
    period: isDecember
      ? { start: TURN, end: at('2027-01-01T00:00:00Z') }
      : { start: at('2026-11-01T00:00:00Z'), end: TURN },
  });
  const request = anAdmissionRequest({ requestId, attemptId, teamId });
  const decision = book.decide({ request, limits, holdId: 'hld', now: instantOfMilliseconds(world.now) });
  const found = decision.type === 'refused' ? decision.refusal.code : decision.type;
  expect(found).toBe(expected);
  seen.set(found, (seen.get(found) ?? 0) + 1);
  if (decision.type !== 'admitted') return;
  const until = Math.ceil((world.now + LIFETIME_MS) / 1_000) * 1_000;
  expect(decision.hold.expiresAt).toBe(until);
  world.holds.push({ key: keyOf(act), request: requestId, team: teamId, amount: act.amount, until, state: 'open' });
}

function use(act: Extract<Act, { act: 'usage' }>, world: World, book: AdmissionBook): void {
  const { request, attempt, team, amount, served, december } = act;
  const open = openIn(world);
  const counts = served && !countedIn(world, request);
  const charge = served ? amount : 0n;
  const own =
    open.find(({ key }) => key === keyOf({ request, attempt })) ??
    open.find(({ key }) => key === keyOf({ request, attempt: null }));
  if (served && own !== undefined) own.state = 'settled';
  world.ledger.push({ amount: -charge, request, team, december, counts });
  const isRequestCounted = countedIn(world, request);
  if (isRequestCounted && isRemembered(world, request)) world.countedWhileHeld.add(request);
  const periodStart: Instant = december ? TURN : at('2026-11-01T00:00:00Z');
  book.expire(instantOfMilliseconds(world.now));
  append(book, {
    type: 'usage',
    requestId: request,
    attemptId: attempt,
    teamId: team,
    charge: charge as Amount,
    periodStart,
    isServed: served,
    isRequestCounted,
    counts,
  });
}

function release(act: Extract<Act, { act: 'release' }>, world: World, book: AdmissionBook): void {
  const hold = openIn(world).find(({ key }) => key === keyOf(act));
  const released = book.release({ requestId: act.request, attemptId: act.attempt }, instantOfMilliseconds(world.now));
  expect(released === null).toBe(hold === undefined);
  if (hold !== undefined) hold.state = 'gone';
}

describe('admission', () => {
  it('decides as adding everything up would, and explains every excess to the unit, whatever happens in which order', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(anAct, { minLength: 5, maxLength: 60 }), (acts) => run(acts, seen)),
      { numRuns: 400 },
    );
    for (const outcome of [
      'admitted',
      'repeated',
      'settled',
      'monthly_limit_reached',
      'team_budget_reached',
      'insufficient_credits',
    ]) {
      expect([outcome, (seen.get(outcome) ?? 0) > 10]).toEqual([outcome, true]);
    }
  });
});
