import type { DeadLetterSelection, LetterPorts, Operator } from './letter-store';
import { LETTERS_AT_ONCE } from './redrive-letters';

export interface DiscardRequest {
  readonly selection: DeadLetterSelection;
  /** Why nothing shall ever be made of them. */
  readonly reason: string;
  readonly operator: Operator;
  /** Goes on behind this letter. */
  readonly after: number;
  /** Looks at so many letters and no more. */
  readonly limit: number;
}

export interface DiscardTally {
  readonly discarded: number;
  /** Where it goes on; null when no letter of the selection is left behind it. */
  readonly next: number | null;
}

/** Discards the letters of a selection, for good. They keep their bytes, and stay counted as parked. */
export async function discardLetters(
  { store }: Pick<LetterPorts, 'store'>,
  request: DiscardRequest,
): Promise<DiscardTally> {
  const { selection, reason, operator, after, limit } = request;
  let [discarded, looked] = [0, 0];
  let next: number | null = after;
  while (next !== null && looked < limit) {
    const wanted = Math.min(LETTERS_AT_ONCE, limit - looked);
    const letterKeys = await store.selectParked(selection, next, wanted);
    discarded += await store.inTransaction((transaction) => transaction.discard(letterKeys, reason, operator));
    looked += letterKeys.length;
    next = letterKeys.length < wanted ? null : (letterKeys.at(-1) ?? null);
  }
  return { discarded, next };
}
