import type { AdmissionStore, StoreAnswer } from '@floopy/application';
import { type Amount, amountOfUnits, instantOfMilliseconds, standingExcess, ZERO_AMOUNT } from '@floopy/domain';
import { aBench, aSnapshot, type Bench, fastestOf } from './admission-bench';
import { describeCorrections } from './admission-store-corrections';
import { describeHeldFigures } from './admission-store-figures';
import {
  anAdmissionQuestion,
  anUnusedOrganization,
  aSettlingUsage,
  cents,
  LIFETIME_MS,
  NOON,
  NOVEMBER,
} from './an-admission-question';

const LATER = instantOfMilliseconds(NOON + LIFETIME_MS);

/** What every store of holds does, whatever it is made of. */
export function describeAdmissionStore(opened: () => AdmissionStore): void {
  limitsAreKept(opened);
  limitsAreExact(opened);
  keysAreAnsweredOnce(opened);
  holdsEnd(opened);
  theLedgerIsFollowed(opened);
  describeCorrections(opened);
  describeHeldFigures(opened);
}

function limitsAreKept(opened: () => AdmissionStore): void {
  it('admits no more than a dollar of holds on a dollar, whoever asks at once', async () => {
    const bench = await aBench(opened());
    const answers = await inOneGo(1_000, (index) => bench.ask({ requestId: `req_${index}`, amount: thirds(1) }));
    expect(countOf(answers)).toEqual({ admitted: 300, insufficient_credits: 700 });
    expect(await bench.held()).toBe(thirds(300));
  });

  it('admits exactly the allowance under 200 that ask at once', async () => {
    const bench = await aBench(opened(), {
      uses: [{ periodStart: NOVEMBER.start, requests: 3, teamSpend: new Map() }],
    });
    const answers = await inOneGo(200, (index) =>
      bench.ask({ requestId: `req_${index}`, included: 53, amount: cents(0) }),
    );
    expect(countOf(answers)).toEqual({ admitted: 50, monthly_limit_reached: 150 });
    const billed = { limits: { isOverageBilled: true } };
    expect(await bench.ask({ requestId: 'req_more', included: 53, ...billed })).toMatchObject({ type: 'admitted' });
  });

  it('counts a request once, whatever its attempts, and again in no other period', async () => {
    const bench = await aBench(opened());
    const attempts = ['a', 'b', 'c'];
    for (const attemptId of attempts)
      expect(await admits(bench, { requestId: 'req_1', attemptId, included: 1 })).toBe(true);
    expect(await bench.ask({ requestId: 'req_2', included: 1 })).toMatchObject({
      type: 'refused',
      refusal: { code: 'monthly_limit_reached', limit: 1, used: 0, held: 1, resetsAt: NOVEMBER.end },
    });
    await bench.settle(aSettlingUsage({ attemptId: 'a' }));
    expect(await admits(bench, { requestId: 'req_1', attemptId: 'd', included: 1 })).toBe(true);
    expect(await bench.ask({ requestId: 'req_2', included: 1 })).toMatchObject({ refusal: { used: 1, held: 0 } });
    const december = { start: NOVEMBER.end, end: instantOfMilliseconds(NOVEMBER.end + 1) };
    expect(await admits(bench, { requestId: 'req_2', included: 1, limits: { period: december } })).toBe(true);
  });

  it('holds a team to its budget, and no other team', async () => {
    const spent = new Map([['team_a', cents(4)]]);
    const bench = await aBench(opened(), { uses: [{ periodStart: NOVEMBER.start, requests: 0, teamSpend: spent }] });
    const asked = { teamId: 'team_a', teamLimit: cents(10) };
    const answers = await inOneGo(20, (index) => bench.ask({ requestId: `req_${index}`, ...asked }));
    expect(countOf(answers)).toEqual({ admitted: 6, team_budget_reached: 14 });
    expect(answers.find(({ type }) => type === 'refused')).toMatchObject({
      refusal: { limit: cents(10), used: cents(4), held: cents(6), needed: cents(1), resetsAt: NOVEMBER.end },
      remaining: { teamBudget: ZERO_AMOUNT, balance: cents(94) },
    });
    expect(await admits(bench, { requestId: 'req_b', teamId: 'team_b', teamLimit: cents(1) })).toBe(true);
    await bench.settle(aSettlingUsage({ requestId: 'req_0', teamId: 'team_a', charge: cents(3) }));
    expect(await bench.ask({ requestId: 'req_c', ...asked })).toMatchObject({
      refusal: { used: cents(7), held: cents(5) },
    });
  });
}

function limitsAreExact(opened: () => AdmissionStore): void {
  it('refuses what no number can help before it looks at any', async () => {
    const bench = await aBench(opened(), { balance: ZERO_AMOUNT });
    const limits = { status: 'suspended' as const };
    expect(await bench.ask({ requestId: 'req_1', limits })).toMatchObject({
      type: 'refused',
      refusal: { code: 'organization_suspended' },
    });
    expect(await bench.ask({ requestId: 'req_1', limits: { missingFeature: 'byok' } })).toMatchObject({
      refusal: { code: 'plan_required', feature: 'byok' },
    });
  });

  it('keeps amounts exact to the last unit, however large', async () => {
    const balance = amountOfUnits(987_654_321_098_765_432_109_876_543n);
    const bench = await aBench(opened(), { balance });
    const amount = amountOfUnits(987_654_321_098_765_432_109_876_542n);
    expect(await bench.ask({ requestId: 'req_1', amount })).toMatchObject({
      remaining: { balance: amountOfUnits(1n) },
    });
    expect(await admits(bench, { requestId: 'req_2', amount: amountOfUnits(2n) })).toBe(false);
    expect(await admits(bench, { requestId: 'req_3', amount: amountOfUnits(1n) })).toBe(true);
  });
}

function keysAreAnsweredOnce(opened: () => AdmissionStore): void {
  it('answers a key that is open with its hold, to all that ask at once', async () => {
    const bench = await aBench(opened());
    const answers = await inOneGo(50, () => bench.ask({ requestId: 'req_1', attemptId: 'att_1' }));
    expect(countOf(answers)).toEqual({ admitted: 1, repeated: 49 });
    const holds = answers.map((answer) => ('hold' in answer ? answer.hold : null));
    expect(new Set(holds.map((hold) => hold?.holdId)).size).toBe(1);
    expect(holds[0]).toEqual(holds[1]);
    expect(await bench.held()).toBe(cents(1));
    expect(await bench.store.list(bench.id, NOON, 10)).toEqual([holds[0]]);
  });

  it('says of a settled key that it is settled', async () => {
    const bench = await aBench(opened());
    await bench.ask({ requestId: 'req_1' });
    await bench.settle(aSettlingUsage({}));
    expect(await bench.ask({ requestId: 'req_1' })).toMatchObject({ type: 'settled' });
    expect(await bench.store.release(bench.id, { requestId: 'req_1', attemptId: null }, NOON)).toBe('settled');
  });

  it('decides afresh what was refused, released or has expired', async () => {
    const bench = await aBench(opened(), { balance: cents(1) });
    await bench.ask({ requestId: 'req_1' });
    expect(await admits(bench, { requestId: 'req_2' })).toBe(false);
    expect(await bench.store.release(bench.id, { requestId: 'req_1', attemptId: null }, NOON)).toBe('released');
    expect(await admits(bench, { requestId: 'req_2' })).toBe(true);
    expect(await admits(bench, { requestId: 'req_1' })).toBe(false);
    expect(await admits(bench, { requestId: 'req_1', now: LATER })).toBe(true);
    expect(await bench.ask({ requestId: 'req_1', now: LATER })).toMatchObject({ type: 'repeated' });
  });

  it('knows nothing of an organization that was not loaded', async () => {
    const question = anAdmissionQuestion({ organizationId: anUnusedOrganization(), requestId: 'req_1' });
    expect(await opened().decide(question)).toEqual({ type: 'not_loaded' });
    expect(await opened().summary(question.request.organizationId, NOON)).toBeNull();
  });

  it('refuses to decide by terms that have changed', async () => {
    const bench = await aBench(opened());
    await bench.store.noteTerms(bench.id, 3);
    expect(await bench.ask({ requestId: 'req_1' })).toEqual({ type: 'stale_terms' });
    expect(await admits(bench, { requestId: 'req_1', limits: { termsVersion: 4 } })).toBe(true);
    expect(await bench.ask({ requestId: 'req_2', limits: { termsVersion: 3 } })).toEqual({ type: 'stale_terms' });
  });
}

function holdsEnd(opened: () => AdmissionStore): void {
  it('gives back what was released, and nothing twice', async () => {
    const bench = await aBench(opened());
    await bench.ask({ requestId: 'req_1', attemptId: 'att_1', teamId: 'team_a' });
    const key = { requestId: 'req_1', attemptId: 'att_1' };
    expect(await bench.store.release(bench.id, { ...key, attemptId: null }, NOON)).toBe('not_open');
    expect(await bench.store.release(bench.id, key, NOON)).toBe('released');
    expect(await bench.store.release(bench.id, key, NOON)).toBe('not_open');
    expect(await bench.store.summary(bench.id, NOON)).toMatchObject({
      held: ZERO_AMOUNT,
      openHolds: 0,
      openRequests: 0,
    });
  });

  it('gives back what expired, and tells that it leaked', async () => {
    const bench = await aBench(opened(), { balance: cents(2) });
    await bench.ask({ requestId: 'req_1', amount: cents(2) });
    const justBefore = instantOfMilliseconds(LATER - 1);
    expect(await admits(bench, { requestId: 'req_2', now: justBefore })).toBe(false);
    expect(await admits(bench, { requestId: 'req_2', now: LATER })).toBe(true);
    expect(await bench.store.summary(bench.id, LATER)).toMatchObject({
      openHolds: 1,
      leaked: { holds: 1, amount: cents(2) },
    });
  });

  it('takes no longer with a hundred thousand holds open than with none', async () => {
    const empty = await aBench(opened(), { balance: cents(1_000_000) });
    const full = await aBench(opened(), { balance: cents(1_000_000) });
    for (let round = 0; round < 100; round += 1) {
      await inOneGo(1_000, (index) => full.ask({ requestId: `open_${round}_${index}` }));
    }
    const [emptyMs, fullMs] = [await fastestOf(empty), await fastestOf(full)];
    expect(await full.held()).toBeGreaterThanOrEqual(cents(100_000));
    // A decision that looked through the holds would take thousands of times as long.
    expect(fullMs / emptyMs).toBeLessThan(5);
  });
}

function theLedgerIsFollowed(opened: () => AdmissionStore): void {
  it('settles the hold of the attempt, else the one that named none, and leaves it to what was not served', async () => {
    const bench = await aBench(opened());
    await bench.ask({ requestId: 'req_1' });
    await bench.ask({ requestId: 'req_1', attemptId: 'att_1', amount: cents(2) });
    await bench.settle(
      aSettlingUsage({
        attemptId: 'att_1',
        isServed: false,
        counts: false,
        charge: ZERO_AMOUNT,
        isRequestCounted: false,
      }),
    );
    expect(await bench.held()).toBe(cents(3));
    await bench.settle(aSettlingUsage({ attemptId: 'att_1' }));
    expect(await bench.held()).toBe(cents(1));
    await bench.settle(aSettlingUsage({ attemptId: 'att_9', counts: false }));
    expect(await bench.store.summary(bench.id, NOON)).toMatchObject({
      held: ZERO_AMOUNT,
      balance: cents(98),
      position: 3,
      openRequests: 0,
    });
  });

  it('takes hold and charge at once, so that what is available never rises between', async () => {
    const bench = await aBench(opened(), { balance: cents(10) });
    await bench.ask({ requestId: 'req_1', amount: cents(10) });
    const [, answer] = await Promise.all([
      bench.settle(aSettlingUsage({ charge: cents(10) })),
      bench.ask({ requestId: 'req_2', amount: amountOfUnits(1n) }),
    ]);
    expect(answer).toMatchObject({ type: 'refused', refusal: { code: 'insufficient_credits' } });
  });

  it('applies the ledger once, in its order, and tells where it misses something', async () => {
    const bench = await aBench(opened());
    const stretch = { organizationId: bench.id, termsVersion: 1, entries: [aSettlingUsage({})] };
    expect(await bench.store.settle({ ...stretch, from: 0, to: 1 })).toEqual({ type: 'applied' });
    expect(await bench.store.settle({ ...stretch, from: 0, to: 1 })).toEqual({ type: 'ignored' });
    expect(await bench.store.settle({ ...stretch, from: 2, to: 3 })).toEqual({ type: 'gap', position: 1 });
    expect(await bench.store.summary(bench.id, NOON)).toMatchObject({ position: 1, balance: cents(99) });
    await bench.store.load({ ...aSnapshot(bench.id), position: 3, balance: cents(7) });
    expect(await bench.store.summary(bench.id, NOON)).toMatchObject({ position: 3, balance: cents(7) });
    await bench.store.load({ ...aSnapshot(bench.id), position: 2, balance: cents(90) });
    expect(await bench.store.summary(bench.id, NOON)).toMatchObject({ position: 3, balance: cents(7) });
  });

  it('explains by its cause, to the unit, what passed the balance', async () => {
    const bench = await aBench(opened(), { balance: cents(10) });
    await bench.ask({ requestId: 'req_1', amount: cents(8) });
    await bench.settle(
      aSettlingUsage({ requestId: 'req_0', charge: cents(4) }),
      aSettlingUsage({ requestId: 'req_1', charge: cents(9) }),
      { type: 'credit', amount: cents(-5) },
      { type: 'credit', amount: cents(6) },
    );
    const summary = await bench.store.summary(bench.id, NOON);
    expect(summary?.overshoot).toEqual({
      caused: { late_settlement: cents(2), above_hold: cents(1), lowered_limit: ZERO_AMOUNT, refund: cents(5) },
      recovered: cents(6),
    });
    expect(summary).toMatchObject({ balance: cents(-2), held: ZERO_AMOUNT });
    expect(summary && standingExcess(summary.overshoot)).toBe(cents(2));
  });
}

/** Thirds of a cent would not be exact: 0.3333333333 cents, of which three hundred are within a dollar. */
function thirds(count: number): Amount {
  return amountOfUnits(3_333_333_333n * BigInt(count));
}

function inOneGo<Answer>(count: number, ask: (index: number) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
}

async function admits(bench: Bench, question: Parameters<Bench['ask']>[0]): Promise<boolean> {
  return (await bench.ask(question)).type === 'admitted';
}

function countOf(answers: readonly StoreAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const name = answer.type === 'refused' ? answer.refusal.code : answer.type;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
