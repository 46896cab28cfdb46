import { instantOfMilliseconds } from '@floopy/domain';
import type { RecordedPartition } from '../ledger/verify-sources';
import { checkStanding, type StandingPorts } from './check-standing';

const NOW = instantOfMilliseconds(Date.UTC(2026, 10, 24, 10));
const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number) => instantOfMilliseconds(NOW - hours * HOUR_MS);

const SOUND: RecordedPartition = {
  ingestPartition: 1,
  name: 'usage.recorded.v1[0]',
  firstOffset: 10,
  nextOffset: 20,
  applied: 6,
  duplicates: 2,
  parked: 1,
  skipped: 1,
  deadLetters: 1,
  lateDuplicates: 0,
};

interface Stated {
  readonly partition?: Partial<RecordedPartition>;
  readonly unread?: Partial<Awaited<ReturnType<StandingPorts['readUnread']>>>;
}

function check({ partition, unread }: Stated = {}) {
  return checkStanding({
    store: {
      readPartitions: () => Promise.resolve([{ ...SOUND, ...partition }]),
      readGuards: () =>
        Promise.resolve([{ kind: 'append_only', subject: 'ledger_event', expected: 'enabled', found: 'enabled' }]),
      readOutbox: () => Promise.resolve({ entries: 3, since: hoursAgo(2) }),
    },
    readUnread: () => Promise.resolve({ records: 5, since: hoursAgo(6), retentionMs: 8 * HOUR_MS, ...unread }),
    clock: () => NOW,
  });
}

describe('checkStanding', () => {
  it('says how old the oldest is that waits, and which part of its time in the topic that is', async () => {
    expect(await check()).toEqual({
      checkedAt: NOW,
      mismatches: [],
      outbox: { entries: 3, ageMs: 2 * HOUR_MS },
      unread: { records: 5, ageMs: 6 * HOUR_MS, retentionShare: 0.75 },
    });
  });

  it('sees no risk where nothing waits, or everything is kept, and nothing younger than now', async () => {
    const shares = await Promise.all(
      [{ since: null }, { retentionMs: null }, { since: hoursAgo(-1) }].map((unread) => check({ unread })),
    );
    expect(shares.map(({ unread }) => unread.retentionShare)).toEqual([0, 0, 0]);
  });

  it.each([
    ['offsets that do not add up', { skipped: 0 }, 'partition_offsets'],
    ['dead letters that are not there', { deadLetters: 0 }, 'partition_parked'],
    ['more late duplicates than there are any', { lateDuplicates: 3 }, 'partition_duplicates'],
  ])('names %s', async (_, partition, kind) => {
    const { mismatches } = await check({ partition });
    expect(mismatches).toEqual([expect.objectContaining({ kind, subject: 'usage.recorded.v1[0]' })]);
  });
});
