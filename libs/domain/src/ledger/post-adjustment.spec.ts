import { aStream } from '../../test/a-ledger-event';
import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { sha256 } from '../../test/sha256';
import { postAdjustment } from './post-adjustment';

const now = at('2026-11-23T10:00:00Z');

describe('postAdjustment', () => {
  it('credits or debits the balance for a reason, under the key of the caller, when it is recorded', () => {
    const head = aStream({ sequence: 7, balance: cents('5') });
    const adjustment = { amount: cents('-12.5'), reason: 'double charge', idempotencyKey: 'key_1' };
    const { event } = postAdjustment(head, adjustment, now, sha256);
    expect(event).toMatchObject({
      sequence: 8,
      type: 'adjustment',
      amount: cents('-12.5'),
      balanceAfter: cents('-7.5'),
      occurredAt: now,
      recordedAt: now,
      cause: { kind: 'operator', id: 'key_1' },
      reason: 'double charge',
      usage: null,
      correction: null,
    });
  });
});
