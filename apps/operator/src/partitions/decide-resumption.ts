import type { Watermarks } from '@floopy/kafka';
import { WrongUsage } from '../session/faults';

/** A halted partition: the first offset that was not applied, and why it is read no further. */
export interface HaltedPosition {
  readonly partition: number;
  readonly nextOffset: number;
  readonly halted: string | null;
}

/** What the operator knows of the log, and has to say: what is given up is never guessed. */
export interface Decision {
  /** So many offsets that were never applied are gone, and will not come back. */
  readonly gone?: number;
  /** The log is another one than was read. */
  readonly isAnew: boolean;
}

export interface Resumption {
  /** Where a new incarnation begins to read; null when reading goes on where it was. */
  readonly beginsAt: number | null;
  /** Offsets that nobody has applied. */
  readonly gone: number;
}

/** Decides where a halted partition goes on. @throws WrongUsage with what is to be said first */
export function decideResumption(position: HaltedPosition, log: Watermarks, { gone, isAnew }: Decision): Resumption {
  const { partition, nextOffset, halted } = position;
  if (halted === null) throw new WrongUsage(`Partition ${partition} is not halted: there is nothing to decide.`);
  if (isAnew) {
    if (gone !== undefined)
      throw new WrongUsage('Of a log that was made anew nobody knows what is gone: leave --gone out.');
    return { beginsAt: log.low, gone: 0 };
  }
  if (log.high < nextOffset)
    throw new WrongUsage(
      `The log ends at ${log.high}, before offset ${nextOffset}, which is read next: it is not the one that was read. Have ` +
        'that one back, or say --anew: this one is read from its beginning, and what was applied already is recognised.',
    );
  const missing = Math.max(0, log.low - nextOffset);
  if (missing === (gone ?? 0)) return { beginsAt: missing === 0 ? null : log.low, gone: missing };
  if (missing === 0) throw new WrongUsage('Nothing is gone: the log has what is read next. Leave --gone out.');
  throw new WrongUsage(
    `Offsets ${nextOffset} to ${log.low - 1} are gone and were never applied: say --gone ${missing} to go on without them, and ` +
      'have their producers send them again.',
  );
}
