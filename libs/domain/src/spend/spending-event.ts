import type { Correction, LedgerEvent, PostedUsage } from '../ledger/ledger-event';

/** What counts of requests read of a ledger event. */
export interface CountingEvent {
  readonly usage: Pick<PostedUsage, 'counted'> | null;
  readonly correction: Pick<Correction, 'uncounted'> | null;
}

/** What the folds of spend read of a ledger event: a follower need not read the rest of it. */
export interface SpendingEvent extends Pick<LedgerEvent, 'occurredAt' | 'amount'> {
  readonly usage: Pick<PostedUsage, 'teamId' | 'counted'> | null;
  readonly correction: Pick<Correction, 'teamId' | 'uncounted'> | null;
}

/**
 * How many requests are counted by an event: one, none, or one less, where it corrects a charge and takes its request out.
 * Null for an event that neither charges usage nor corrects a charge.
 */
export function countChange({ usage, correction }: CountingEvent): -1 | 0 | 1 | null {
  if (usage !== null) return usage.counted ? 1 : 0;
  if (correction === null) return null;
  return correction.uncounted ? -1 : 0;
}
