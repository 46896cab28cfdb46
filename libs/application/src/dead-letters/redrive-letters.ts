import type { DeadLetterReason } from '@floopy/domain';
import { type RedrivePorts, redriveUsage } from '../usage/redrive-usage';
import type { DeadLetterSelection, LetterStore, Operator } from './letter-store';

export interface RedriveLettersPorts extends RedrivePorts {
  readonly letters: Pick<LetterStore, 'selectParked'>;
  /** Told how many letters were looked at, after each transaction. */
  readonly onProgress: (letters: number) => void;
}

export interface RedriveRequest {
  readonly selection: DeadLetterSelection;
  readonly operator: Operator;
  /** Goes on behind this letter. */
  readonly after: number;
  /** Looks at so many letters and no more. */
  readonly limit: number;
}

export interface RedriveTally {
  applied: number;
  duplicates: number;
  /** That stay parked, by reason. */
  readonly parked: Map<DeadLetterReason, number>;
  /** Whose turn is over: what was resolved meanwhile by somebody else is among them, and is counted nowhere. */
  letters: number;
  /** Where it goes on; null when no letter of the selection is left behind it. */
  next: number | null;
}

/** Letters that one transaction takes: their partitions and organizations are locked meanwhile. */
export const LETTERS_AT_ONCE = 200;

/**
 * Drives the letters of a selection through the pipeline again, in the order in which they were parked, a transaction for
 * some of them at a time: what was done before an interruption stays done, and is passed over by whoever begins again.
 */
export async function redriveLetters(ports: RedriveLettersPorts, request: RedriveRequest): Promise<RedriveTally> {
  const { selection, operator, after, limit } = request;
  const tally: RedriveTally = { applied: 0, duplicates: 0, parked: new Map(), letters: 0, next: after };
  while (tally.next !== null && tally.letters < limit) {
    const wanted = Math.min(LETTERS_AT_ONCE, limit - tally.letters);
    const letterKeys = await ports.letters.selectParked(selection, tally.next, wanted);
    for (const { fate } of await redriveUsage(ports, letterKeys, operator)) {
      if (fate.type === 'applied') tally.applied += 1;
      else if (fate.type === 'duplicate') tally.duplicates += 1;
      else tally.parked.set(fate.reason, (tally.parked.get(fate.reason) ?? 0) + 1);
    }
    tally.letters += letterKeys.length;
    tally.next = letterKeys.length < wanted ? null : (letterKeys.at(-1) ?? null);
    ports.onProgress(tally.letters);
  }
  return tally;
}
