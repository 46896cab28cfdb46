import { type Amount, parseAmount } from '@floopy/domain';
import { budgetLines, type TeamUse } from './budget-lines';

const cents = (text: string): Amount => {
  const amount = parseAmount(text);
  if (amount === null) throw new Error(`not an amount: ${text}`);
  return amount;
};
const used = (teamId: string | null, spend: string): TeamUse => ({ teamId, spend: cents(spend), requests: 1 });

describe('budgetLines', () => {
  it('shows every team that has a limit or has spent, and what no team is named for last', () => {
    const teamBudgets = new Map([
      ['team_search', cents('10')],
      ['team_idle', cents('5')],
    ]);
    const held = new Map([['team_search', cents('2')]]);
    const lines = budgetLines(
      { teamBudgets },
      [used(null, '1'), used('team_chat', '3'), used('team_search', '7')],
      held,
    );
    const nothing = cents('0');
    expect(lines).toEqual([
      { teamId: 'team_chat', limit: null, spent: cents('3'), held: nothing, remaining: null, requests: 1 },
      { teamId: 'team_idle', limit: cents('5'), spent: nothing, held: nothing, remaining: cents('5'), requests: 0 },
      {
        teamId: 'team_search',
        limit: cents('10'),
        spent: cents('7'),
        held: cents('2'),
        remaining: cents('1'),
        requests: 1,
      },
      { teamId: null, limit: null, spent: cents('1'), held: nothing, remaining: null, requests: 1 },
    ]);
  });

  it('has the line without a team when nothing was spent at all', () => {
    expect(budgetLines({ teamBudgets: new Map() }, [], new Map())).toMatchObject([{ teamId: null, requests: 0 }]);
  });

  it('shows a team for which something is held and nothing was spent yet', () => {
    const held = new Map([
      ['team_new', cents('2')],
      [null, cents('1')],
    ]);
    expect(budgetLines({ teamBudgets: new Map() }, [], held)).toMatchObject([
      { teamId: 'team_new', held: cents('2'), spent: cents('0') },
      { teamId: null, held: cents('1') },
    ]);
  });

  it('does not say what remains when nobody can say what is held', () => {
    const [line] = budgetLines({ teamBudgets: new Map([['team_search', cents('1')]]) }, [], null);
    expect(line).toMatchObject({ limit: cents('1'), held: null, remaining: null });
  });

  it('leaves nothing of a limit that was lowered below what was spent', () => {
    const teamBudgets = new Map([['team_search', cents('1')]]);
    const [line] = budgetLines({ teamBudgets }, [used('team_search', '7')], new Map());
    expect(line).toMatchObject({ spent: cents('7'), remaining: cents('0') });
  });
});
