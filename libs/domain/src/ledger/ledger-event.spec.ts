import { LEDGER_TYPES } from './ledger-event';

describe('the types of ledger event', () => {
  it('are words that are hashed: one may be added, none renamed', () => {
    expect(LEDGER_TYPES).toEqual(['payment', 'request', 'playground', 'adjustment']);
  });
});
