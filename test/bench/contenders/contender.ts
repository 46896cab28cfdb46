import type { Stage } from '../stage/stage';
import type { Window } from '../measure/window';
import type { Workload } from '../workload/workloads';

/** A topic that was published before, for every contender to read. */
export interface PublishedWorkload extends Workload {
  readonly topic: string;
}

export interface Match {
  readonly stage: Stage;
  readonly workload: PublishedWorkload;
  /** Differs for every turn, so that a group starts at the first record again. */
  readonly turn: string;
}

export type ContenderName = 'ours' | 'stock' | 'floor';

export interface Turn {
  readonly window: Window;
  /** Records in a transaction, on average. */
  readonly recordsPerTransaction: number;
}

/** Of the records, before a window opens: programs are loaded, compiled and connected by then. */
const WARM_UP_SHARE = 0.25;

export function warmUpOf(records: number): number {
  return Math.floor(records * WARM_UP_SHARE);
}
