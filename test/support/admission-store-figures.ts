import type { AdmissionStore } from '@floopy/application';
import { amountOfUnits, instantOfMilliseconds, standingExcess, ZERO_AMOUNT } from '@floopy/domain';
import { aBench, aSnapshot } from './admission-bench';
import { aSettlingUsage, cents, LIFETIME_MS, NOON, NOVEMBER } from './an-admission-question';

const LATER = instantOfMilliseconds(NOON + LIFETIME_MS);
const DECEMBER = { start: NOVEMBER.end, end: instantOfMilliseconds(NOVEMBER.end + 1) };

/** What every store of holds tells of them, beside its decisions. */
export function describeHeldFigures(opened: () => AdmissionStore): void {
  heldIsTold(opened);
  leaksAreListed(opened);
  budgetsAreWatched(opened);
}

function heldIsTold(opened: () => AdmissionStore): void {
  it('tells what is held for each team, and for none', async () => {
    const bench = await aBench(opened(), { balance: amountOfUnits(10n ** 27n) });
    const large = amountOfUnits(123_456_789_012_345_678_901_234n);
    await bench.ask({ requestId: 'req_1', teamId: 'team_a', amount: large });
    await bench.ask({ requestId: 'req_2', teamId: 'team_a' });
    await bench.ask({ requestId: 'req_3', teamId: 'h' });
    await bench.ask({ requestId: 'req_4', amount: cents(2) });
    const summary = await bench.store.summary(bench.id, NOON);
    const expected = { team_a: amountOfUnits(large + cents(1)), h: cents(1), none: cents(2) };
    expect(Object.fromEntries([...(summary?.heldByTeam ?? [])].map(([team, held]) => [team ?? 'none', held]))).toEqual(
      expected,
    );
    await bench.settle(aSettlingUsage({ requestId: 'req_3', teamId: 'h' }), aSettlingUsage({ requestId: 'req_4' }));
    const after = await bench.store.summary(bench.id, NOON);
    expect([...(after?.heldByTeam ?? [])]).toEqual([['team_a', expected.team_a]]);
    expect([...((await bench.store.summary(bench.id, LATER))?.heldByTeam ?? [])]).toEqual([]);
  });

  it('releases the hold that is named, and no other one under its key', async () => {
    const bench = await aBench(opened());
    await bench.ask({ requestId: 'req_1' });
    const [hold] = await bench.store.list(bench.id, NOON, 1);
    const key = { requestId: 'req_1', attemptId: null };
    expect(await bench.store.release(bench.id, { ...key, holdId: 'hld_other' }, NOON)).toBe('not_open');
    expect(await bench.held()).toBe(cents(1));
    expect(await bench.store.release(bench.id, { ...key, holdId: hold?.holdId ?? '' }, NOON)).toBe('released');
  });

  it('goes on from a later position of the ledger with all that it knows of its holds', async () => {
    const bench = await aBench(opened(), { balance: cents(10) });
    for (const requestId of ['req_open', 'req_settled']) await bench.ask({ requestId, amount: cents(3) });
    await bench.settle(aSettlingUsage({ requestId: 'req_settled', charge: cents(1) }));
    await bench.store.load({ ...aSnapshot(bench.id), position: 5, balance: cents(2) });
    expect(await bench.ask({ requestId: 'req_open' })).toMatchObject({ type: 'repeated' });
    expect(await bench.ask({ requestId: 'req_settled' })).toMatchObject({ type: 'settled' });
    const summary = await bench.store.summary(bench.id, NOON);
    expect(summary).toMatchObject({ position: 5, held: cents(3), balance: cents(2), openRequests: 1 });
    expect(summary && standingExcess(summary.overshoot)).toBe(cents(1));
  });
}

function leaksAreListed(opened: () => AdmissionStore): void {
  it('lists what leaked, the last first, and nothing that was ended in time', async () => {
    const bench = await aBench(opened());
    const second = instantOfMilliseconds(NOON + 1_000);
    await bench.ask({ requestId: 'req_first', teamId: 'team_a', amount: cents(2) });
    for (const requestId of ['req_settled', 'req_released']) await bench.ask({ requestId });
    await bench.ask({ requestId: 'req_second', attemptId: 'att_1', now: second });
    await bench.settle(aSettlingUsage({ requestId: 'req_settled' }));
    await bench.store.release(bench.id, { requestId: 'req_released', attemptId: null }, NOON);
    expect(await bench.store.listLeaked(bench.id, NOON, 10)).toEqual([]);
    const leaked = await bench.store.listLeaked(bench.id, instantOfMilliseconds(LATER + 1_000), 10);
    expect(leaked).toMatchObject([
      { requestId: 'req_second', attemptId: 'att_1', teamId: null, amount: cents(1), admittedAt: second },
      { requestId: 'req_first', attemptId: null, teamId: 'team_a', amount: cents(2), expiresAt: LATER },
    ]);
    expect(await bench.store.listLeaked(bench.id, LATER, 1)).toEqual(leaked.slice(0, 1));
    expect(await bench.store.listLeaked(bench.id, LATER, 0)).toEqual([]);
    expect(await bench.store.summary(bench.id, LATER)).toMatchObject({ leaked: { holds: 2, amount: cents(3) } });
  });
}

function budgetsAreWatched(opened: () => AdmissionStore): void {
  it('explains by its cause, to the unit, what passed a team’s budget', async () => {
    const bench = await aBench(opened());
    const asked = { teamId: 'team_a', teamLimit: cents(10) };
    await bench.ask({ requestId: 'req_1', ...asked, amount: cents(8) });
    await bench.settle(aSettlingUsage({ requestId: 'req_0', teamId: 'team_a', charge: cents(4) }));
    await bench.settle(aSettlingUsage({ requestId: 'req_1', teamId: 'team_a', charge: cents(9) }));
    await bench.ask({ requestId: 'req_2', ...asked, teamLimit: cents(6) });
    const passed = await budgetOvershoot();
    expect(passed).toEqual({
      caused: { late_settlement: cents(2), above_hold: cents(1), lowered_limit: cents(4), refund: ZERO_AMOUNT },
      recovered: ZERO_AMOUNT,
    });
    await bench.ask({ requestId: 'req_3', ...asked, teamLimit: cents(12) });
    expect(await budgetOvershoot()).toMatchObject({ caused: passed?.caused, recovered: cents(6) });
    await bench.ask({ requestId: 'req_4', ...asked, teamLimit: null });
    expect(await budgetOvershoot()).toMatchObject({ recovered: cents(7) });

    async function budgetOvershoot() {
      return (await bench.store.summary(bench.id, NOON))?.budgetOvershoot;
    }
  });

  it('makes good what passed a budget when holds end and when the next period begins', async () => {
    const bench = await aBench(opened());
    const asked = { teamId: 'team_a', teamLimit: cents(10) };
    await bench.ask({ requestId: 'req_1', ...asked, amount: cents(8) });
    await bench.ask({ requestId: 'req_2', ...asked, amount: cents(2) });
    await bench.settle(aSettlingUsage({ requestId: 'req_0', teamId: 'team_a', charge: cents(5) }));
    await bench.store.release(bench.id, { requestId: 'req_2', attemptId: null }, NOON);
    expect(await recovered()).toBe(cents(2));
    await bench.ask({ requestId: 'req_3', ...asked, limits: { period: DECEMBER } });
    expect(await recovered()).toBe(cents(5));
    await bench.ask({ requestId: 'req_4', ...asked });
    const summary = await bench.store.summary(bench.id, NOON);
    expect(summary && standingExcess(summary.budgetOvershoot)).toBe(ZERO_AMOUNT);

    async function recovered() {
      return (await bench.store.summary(bench.id, NOON))?.budgetOvershoot.recovered;
    }
  });

  it('watches no budget of a team that has none', async () => {
    const bench = await aBench(opened());
    await bench.ask({ requestId: 'req_1', teamId: 'team_a' });
    await bench.settle(aSettlingUsage({ requestId: 'req_0', teamId: 'team_a', charge: cents(500) }));
    const summary = await bench.store.summary(bench.id, NOON);
    expect(summary && standingExcess(summary.budgetOvershoot)).toBe(ZERO_AMOUNT);
  });
}
