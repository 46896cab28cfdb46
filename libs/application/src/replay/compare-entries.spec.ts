import { type LedgerEvent, subtractAmounts } from '@floopy/domain';
import { at, aStoredLedger, aUsage } from '../../test/a-stored-ledger';
import { compareEntries } from './compare-entries';

function anEntry(): LedgerEvent {
  const [, entry] = aStoredLedger([aUsage()]).entries;
  if (entry?.type !== 'entry') throw new Error('a ledger with an entry');
  return entry.event;
}

const kindsOf = (found: LedgerEvent) =>
  compareEntries(anEntry(), found).map(({ kind, subject }) => (subject === undefined ? kind : `${kind} ${subject}`));

describe('compareEntries', () => {
  it('finds nothing between an entry and itself', () => {
    expect(kindsOf(anEntry())).toEqual([]);
  });

  it('names each fact that differs', () => {
    const event = anEntry();
    const { usage } = event;
    if (usage === null) throw new Error('an entry of usage');
    expect(kindsOf({ ...event, amount: subtractAmounts(event.amount, event.amount) })).toEqual(['amount']);
    expect(kindsOf({ ...event, occurredAt: at('2026-11-01T00:00:00Z') })).toEqual(['fact occurredAt']);
    expect(kindsOf({ ...event, usage: { ...usage, counted: false, plan: null } })).toEqual([
      'counted',
      'plan_version',
      'standing',
    ]);
    expect(kindsOf({ ...event, usage: { ...usage, price: null } })).toEqual(['rate_card_version', 'markup']);
    expect(kindsOf({ ...event, usage: { ...usage, tokens: { ...usage.tokens, output: 101 } } })).toEqual([
      'fact output',
    ]);
  });

  it('finds a difference of anything that is hashed, also of what it has no name for', () => {
    const event = anEntry();
    expect(kindsOf({ ...event, balanceAfter: subtractAmounts(event.balanceAfter, event.amount) })).toEqual([
      'fact what is hashed',
    ]);
  });
});
