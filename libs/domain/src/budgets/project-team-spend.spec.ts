import { anUnhashedAdjustment, aStream, postedUsage } from '../../test/a-ledger-event';
import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { GENESIS_HASH } from '../ledger/hash-ledger-event';
import type { LedgerEvent } from '../ledger/ledger-event';
import { calendarMonthOf } from '../time/billing-period';
import { budgetRemaining } from './budget-use';
import { projectTeamSpend, type TeamSpend, teamSpendKey } from './project-team-spend';

const NOVEMBER = calendarMonthOf(at('2026-11-01T00:00:00Z'));

function spendsOf(...events: LedgerEvent[]): TeamSpend[] {
  const spends = new Map<string, TeamSpend>();
  for (const event of events) projectTeamSpend(spends, event, []);
  return [...spends.values()];
}

describe('projectTeamSpend', () => {
  it('sums what each team spent, and what no team is named for on a line of its own', () => {
    const search = { teamId: 'search' };
    const spends = spendsOf(
      postedUsage(aStream(), search).event,
      postedUsage(aStream(), search, { requestAlreadyCounted: true }).event,
      postedUsage(aStream()).event,
      { ...anUnhashedAdjustment(), hash: GENESIS_HASH },
    );
    expect(spends).toEqual([
      { period: NOVEMBER, teamId: 'search', spend: cents('0.7'), requests: 1 },
      { period: NOVEMBER, teamId: null, spend: cents('0.35'), requests: 1 },
    ]);
  });

  it('keeps periods apart by when usage occurred', () => {
    const december = { occurredAt: at('2026-12-01T00:00:00Z') };
    expect(spendsOf(postedUsage(aStream()).event, postedUsage(aStream(), december).event)).toHaveLength(2);
    expect(teamSpendKey(NOVEMBER, 'a')).not.toBe(teamSpendKey(NOVEMBER, null));
  });
});

describe('budgetRemaining', () => {
  it('is what is neither spent nor held, and never less than nothing', () => {
    const use = { limit: cents('10'), spent: cents('6'), held: cents('3') };
    expect(budgetRemaining(use)).toBe(cents('1'));
    expect(budgetRemaining({ ...use, limit: cents('5') })).toBe(cents('0'));
  });
});
