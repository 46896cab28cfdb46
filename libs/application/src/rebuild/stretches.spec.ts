import { type Instant, instantOfMilliseconds, organizationIdOf, type RecordedChange } from '@floopy/domain';
import type { RecordedStream } from '../ledger/verify-sources';
import { pendingStretches } from './stretches';

const TIME = instantOfMilliseconds(0);

function anAnchorAt(position: number, day: number): RecordedChange {
  const effectiveAt = instantOfMilliseconds(day) satisfies Instant;
  return {
    number: day,
    position,
    recordedAt: TIME,
    effectiveAt,
    changedBy: 'ada',
    change: { type: 'billing_anchor', day, hour: 0 },
  };
}

function aStream(changes: readonly RecordedChange[]): RecordedStream {
  return {
    organizationId: organizationIdOf('org_acme'),
    head: null,
    months: [],
    overage: null,
    terms: { version: changes.length, changes },
    spend: null,
    agreedMarkup: null,
    relayedTo: null,
    unreadable: [],
  };
}

const told = (...given: Parameters<typeof pendingStretches>): string[] =>
  pendingStretches(...given).map(
    ({ after, through, besideTakes, spendTakes, anchors }) =>
      `${after}-${through} ${besideTakes ? 'beside' : ''}${spendTakes ? ' spend' : ''} ${anchors.length}`,
  );

describe('pendingStretches', () => {
  it('cut a stream where an anchor was set, since it is for the entries after it', () => {
    const stream = aStream([anAnchorAt(3, 1), anAnchorAt(3, 2), anAnchorAt(7, 3)]);
    expect(told(stream, { beside: 0, absorbed: 0 }, { beside: 9, absorbed: 9 })).toEqual([
      '0-3 beside spend 0',
      '3-7 beside spend 2',
      '7-9 beside spend 3',
    ]);
  });

  it('leave to each fold what it has not taken, and of spend no more than was absorbed', () => {
    expect(told(aStream([]), { beside: 4, absorbed: 2 }, { beside: 9, absorbed: 6 })).toEqual([
      '2-4  spend 0',
      '4-6 beside spend 0',
      '6-9 beside 0',
    ]);
  });

  it('are none where everything was taken', () => {
    expect(told(aStream([anAnchorAt(2, 1)]), { beside: 5, absorbed: 5 }, { beside: 5, absorbed: 5 })).toEqual([]);
    expect(told(aStream([]), { beside: 5, absorbed: 5 }, { beside: 5, absorbed: 0 })).toEqual([]);
  });
});
