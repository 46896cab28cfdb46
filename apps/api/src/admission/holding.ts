import type { AdmissionStore } from '@floopy/application';
import type { HoldTraces } from '@floopy/postgres';
import type { HealthFinding } from '@floopy/runtime';

/** A store of holds, with what keeps it fit to decide. */
export interface Holding {
  readonly store: AdmissionStore;
  /** Finds out, every second, whether this process may decide. */
  keep(): Promise<void>;
  /** Whether it is certain that nothing is held for an organization that the store does not know, by what Postgres does. */
  holdsNothing(journal: HoldTraces): boolean;
  health(): HealthFinding;
  /** Ends when everything that was promised is written down. */
  close(): Promise<void>;
}

export type HoldJournalSetting = 'durable' | 'async';
