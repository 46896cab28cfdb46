import type { LedgerEvent, PostedUsage } from '../ledger/ledger-event';

/** What the folds of spend read of a ledger event: a follower need not read the rest of it. */
export interface SpendingEvent extends Pick<LedgerEvent, 'occurredAt' | 'amount'> {
  readonly usage: Pick<PostedUsage, 'teamId' | 'counted'> | null;
}
