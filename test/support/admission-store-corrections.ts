import type { AdmissionStore } from '@floopy/application';
import { amountOfUnits } from '@floopy/domain';
import { aBench } from './admission-bench';
import { aSettlingUsage, cents, NOON, NOVEMBER } from './an-admission-question';

/** What every store of holds makes of corrections on a ledger. */
export function describeCorrections(opened: () => AdmissionStore): void {
  it('gives back what is corrected: credits, the budget of its team, and the count', async () => {
    const bench = await aBench(opened(), { balance: cents(10) });
    const asked = { teamId: 'team_a', teamLimit: cents(10), included: 1 };
    await bench.settle(aSettlingUsage({ requestId: 'req_1', teamId: 'team_a', charge: cents(10) }));
    expect(await bench.ask({ requestId: 'req_2', ...asked })).toMatchObject({ type: 'refused' });
    const correction = { type: 'correction', teamId: 'team_a', periodStart: NOVEMBER.start } as const;
    await bench.settle(
      { ...correction, credit: cents(12), uncounts: true },
      { ...correction, credit: cents(-2), uncounts: false },
    );
    expect(await bench.store.summary(bench.id, NOON)).toMatchObject({ balance: cents(10), position: 3 });
    const tooMuch = { requestId: 'req_2', ...asked, amount: amountOfUnits(cents(10) + 1n) };
    expect(await bench.ask(tooMuch)).toMatchObject({ type: 'refused' });
    expect(await bench.ask({ requestId: 'req_2', ...asked, amount: cents(10) })).toMatchObject({ type: 'admitted' });
    expect(await bench.ask({ requestId: 'req_3', ...asked, amount: amountOfUnits(0n) })).toMatchObject({
      type: 'refused',
      refusal: { code: 'monthly_limit_reached' },
    });
  });
}
