import { aStream } from '../../test/a-ledger-event';
import { cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { sha256 } from '../../test/sha256';
import { organizationIdOf } from '../organization/organization';
import { GENESIS_HASH, hashLedgerEvent } from './hash-ledger-event';
import { emptyStream, headAfter, type LedgerFact, postOnStream } from './post-on-stream';

const now = at('2026-11-23T10:00:00Z');
const credit: LedgerFact = {
  type: 'payment',
  amount: cents('100'),
  occurredAt: at('2026-11-01T00:00:00Z'),
  cause: { kind: 'operator', id: 'op_1' },
  reason: null,
  usage: null,
  correction: null,
};

describe('emptyStream', () => {
  it('has no event, no balance and the hash that the first event is chained to', () => {
    expect(emptyStream(organizationIdOf('org_acme'))).toEqual({
      organizationId: 'org_acme',
      sequence: 0,
      balance: 0n,
      hash: '0'.repeat(64),
      recordedAt: 0,
    });
  });
});

describe('postOnStream', () => {
  it('puts the first fact at sequence 1, chained to the genesis hash', () => {
    const { event } = postOnStream(aStream(), credit, now, sha256);
    const { hash, ...unhashed } = event;
    expect(unhashed).toEqual({
      ...credit,
      organizationId: 'org_acme',
      sequence: 1,
      balanceAfter: cents('100'),
      recordedAt: now,
    });
    expect(hash).toBe(hashLedgerEvent(unhashed, GENESIS_HASH, sha256));
  });

  it('goes on from the head: next sequence, balance after, chained hash', () => {
    const first = postOnStream(aStream(), credit, now, sha256);
    const second = postOnStream(first.head, { ...credit, amount: cents('-30') }, now, sha256);
    expect(second.event).toMatchObject({ sequence: 2, balanceAfter: cents('70') });
    const { hash, ...unhashed } = second.event;
    expect(hash).toBe(hashLedgerEvent(unhashed, first.event.hash, sha256));
    expect(second.head).toEqual({
      organizationId: 'org_acme',
      sequence: 2,
      balance: cents('70'),
      hash,
      recordedAt: now,
    });
    expect(headAfter(second.event)).toEqual(second.head);
  });

  it('crashes when the time goes back within an organization, and takes the same time twice', () => {
    const { head } = postOnStream(aStream(), credit, now, sha256);
    expect(() => postOnStream(head, credit, now, sha256)).not.toThrow();
    expect(() => postOnStream(head, credit, at('2026-11-23T09:59:59.999Z'), sha256)).toThrow('never goes back');
  });
});
