import type { Instant } from '@floopy/domain';
import { verifyGuards } from '../ledger/verify-guards';
import { type Mismatch, Mismatches } from '../ledger/verify-mismatch';
import { verifyPartition } from '../ledger/verify-partitions';
import type { Guard, RecordedPartition } from '../ledger/verify-sources';

/** What the ledger holds and downstream was not told of yet. */
export interface Outbox {
  readonly entries: number;
  /** When the oldest of them was recorded; null when there is none. */
  readonly since: Instant | null;
}

/** What waits in the usage topic, and how long the topic keeps it. */
export interface UnreadRecords {
  readonly records: number;
  /** When the broker took the oldest of them; null when there is none. */
  readonly since: Instant | null;
  /** Null when the topic keeps everything. */
  readonly retentionMs: number | null;
}

export interface StandingPorts {
  readonly store: {
    readPartitions(): Promise<readonly RecordedPartition[]>;
    readGuards(): Promise<readonly Guard[]>;
    readOutbox(): Promise<Outbox>;
  };
  readonly readUnread: () => Promise<UnreadRecords>;
  readonly clock: () => Instant;
}

/** How everything stands that can be looked at every minute, whatever the ledger's size. */
export interface Standing {
  readonly checkedAt: Instant;
  readonly mismatches: readonly Mismatch[];
  readonly outbox: { readonly entries: number; readonly ageMs: number };
  readonly unread: {
    readonly records: number;
    readonly ageMs: number;
    /** Which part of its time in the topic the oldest has waited: at 1 it is gone. 0 where everything is kept. */
    readonly retentionShare: number;
  };
}

/** Looks whether offsets add up and the database still refuses changes, and how old the oldest is that waits. */
export async function checkStanding({ store, readUnread, clock }: StandingPorts): Promise<Standing> {
  const mismatches = new Mismatches();
  for (const partition of await store.readPartitions()) verifyPartition(partition, mismatches);
  verifyGuards(await store.readGuards(), mismatches);
  const outbox = await store.readOutbox();
  const unread = await readUnread();
  const now = clock();
  const unreadMs = ageOf(unread.since, now);
  return {
    checkedAt: now,
    mismatches: mismatches.listed,
    outbox: { entries: outbox.entries, ageMs: ageOf(outbox.since, now) },
    unread: {
      records: unread.records,
      ageMs: unreadMs,
      retentionShare: unread.retentionMs === null ? 0 : unreadMs / unread.retentionMs,
    },
  };
}

/** A clock that runs behind the broker's makes nothing younger than it is. */
function ageOf(since: Instant | null, now: Instant): number {
  return since === null ? 0 : Math.max(0, now - since);
}
